"""Errors of the programs, as they appear in their logs."""

from pathlib import Path

ENDING = ".errors.log"
SHOWN = 4


class ErrorLines:
    """What the programs have written to their error logs since the last look, in few lines."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = {path: path.stat().st_size for path in self._paths()}

    def new(self) -> list[str]:
        """The last lines of each program that wrote any, with its name."""
        shown = []
        for path in self._paths():
            name = path.name.removesuffix(ENDING)
            lines = self._new_in(path)
            if len(lines) > SHOWN:
                shown.append(f"{name}: {len(lines)} lines in {path}, the last:")
            shown += [f"{name}: {line}" for line in lines[-SHOWN:]]
        return shown

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{ENDING}"))

    def _new_in(self, path: Path) -> list[str]:
        start = self._read.get(path, 0)
        if path.stat().st_size < start:
            # The log was rotated
            start = 0
        with path.open("rb") as file:
            file.seek(start)
            found = file.read()
        self._read[path] = start + len(found)
        return found.decode(errors="replace").splitlines()
