"""Real answers of the chat route, by number; the first line of a file names its source."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "chat_transcripts"

TRANSCRIPTS = {
    path.name[:2]: path.read_text(encoding="utf-8").split("\n", 1)[1]
    for path in sorted(_FOLDER.glob("*.txt"))
}
