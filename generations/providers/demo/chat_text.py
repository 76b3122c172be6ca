"""The words of the chat route, in the grammar of provider-facts 2.3."""

import json
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from generations.providers.demo.calls import Call, ratio_in

Piece = tuple[float, str]

_TOKEN_LENGTH = 4


@dataclass(frozen=True)
class Words:
    """How one language says each thing."""

    preview: str
    source: str
    queue: str
    painting: str
    progress: str
    done: str
    download: str
    failed: str
    reason: str


WORDS = {
    "en": Words(
        preview="Data Preview",
        source="Source Data",
        queue=">🕐 Queuing",
        painting=">⚡ Generating",
        progress=">🏃 Progress ",
        done="> ✅ Generation complete",
        download="Click to download",
        failed="> Generation failed ❌",
        reason="> Failure reason: ",
    ),
    "zh": Words(
        preview="数据预览",
        source="原始数据",
        queue=">🕐 排队中",
        painting=">⚡ 生成中",
        progress=">🏃 进度 ",
        done="> ✅ 生成完成",
        download="点击下载",
        failed="> 生成失败 ❌",
        reason="> 失败原因：",
    ),
}


@dataclass(frozen=True)
class ChatIds:
    """The names that a relay gives to one task and its pictures."""

    task: str
    pictures: tuple[str, ...]

    @classmethod
    def new(cls, count: int) -> "ChatIds":
        """Make up new names."""
        pictures = tuple(f"gen_01{secrets.token_hex(12)}" for _ in range(count))
        return cls(f"task_01{secrets.token_hex(12)}", pictures)


def parameter_block(call: Call) -> list[Piece]:
    """Write the JSON block in small pieces, as the language model of the relay does."""
    said: dict[str, object] = {"prompt": revised(call.prompt), "ratio": ratio_in(call.prompt)}
    if call.count > 1:
        said["n"] = call.count
    if call.parent_id:
        said["gen_id"] = call.parent_id
    text = f"```json\n{json.dumps(said, ensure_ascii=False, indent=2)}\n```"
    cuts = range(0, len(text), max(_TOKEN_LENGTH, len(text) // 60))
    return [(8 * at / len(text), text[at : at + cuts.step]) for at in cuts]


def revised(prompt: str) -> str:
    """Give the prompt as the language model of the relay rewrites it."""
    return f"{prompt.strip()} Balanced composition, soft light, rich detail."


def head(call: Call, ids: ChatIds) -> str:
    """Write the ID line and the links to the status pages, which are not results."""
    words = WORDS[call.language]
    pages = (
        f"[{words.preview}]({call.origin}/web/{ids.task})"
        f" | [{words.source}]({call.origin}/source/{ids.task})"
    )
    return f"\n\n> ID: `{ids.task}`\n>{pages}\n\n{words.queue}"


def waiting(call: Call, ids: ChatIds) -> list[Piece]:
    """Write everything from the ID line to the last dot of the queue."""
    if call.uses_short_form:
        queue = WORDS[call.language].queue.replace(">🕐", ">")
        return [(10, f"\n\n> ID: `{ids.task}`\n{queue}."), (16, ".")]
    dots = call.recipe.random("queue").randrange(2, 5)
    return [(10, head(call, ids)), *((11 + 2.5 * dot, ".") for dot in range(dots))]


def painting(call: Call) -> list[Piece]:
    """Write the dots of the painting and the running numbers of the progress."""
    words = WORDS[call.language]
    if call.uses_short_form:
        start = words.painting.replace(">⚡", ">")
        lines = (f"\n{words.progress.replace('>🏃', '>')}{n}%." for n in (36, 44, 74, 83))
        return [(22, f"\n{start}.."), *zip((36, 44, 74, 83), lines, strict=True)]
    numbers = _progress_numbers(call)
    pieces: list[Piece] = [(21, f"\n\n{words.painting}."), (24, ".."), (27, ".")]
    pieces.append((numbers[0], f"\n\n{words.progress}{numbers[0]}.."))
    return pieces + [(number, f"{number}{'.' * (2 + number % 3)}") for number in numbers[1:]]


def result_link(call: Call, token: str) -> str:
    """Write the link that hangs on the number 100: an upstream asset, not the result list."""
    return f"[100]({call.address or signed_address(call, token)})"


def signed_address(call: Call, token: str) -> str:
    """Give the address of the upstream asset: an escaped path and a long query."""
    asset = quote(f"assets/{token}/src_0.png", safe="")
    query = "st=2026-11-22T08%3A00%3A00Z&se=2026-11-28T09%3A00%3A00Z&sks=b&sv=2018-11-09&sr=b"
    return f"{call.origin}/vg-assets/{asset}?{query}&sig=demo%3D"


def tail(call: Call, ids: ChatIds, tokens: list[str]) -> str:
    """Write the done line with an image and a download link for each picture."""
    parts = [done_line(call, ids)]
    for name, token in zip(ids.pictures, tokens, strict=True):
        parts.append(image_link(call, name, token))
        if not call.uses_short_form:
            parts.append(download_link(call, token))
    return "\n\n".join(parts)


def done_line(call: Call, ids: ChatIds) -> str:
    """Write the line that says that the pictures are ready."""
    if call.uses_short_form:
        done = WORDS[call.language].done.replace("✅ ", "")
        return f"\n{done} ✅\n\n> gen_id: `{ids.pictures[0]}`"
    return f"\n\n{WORDS[call.language].done}\n"


def image_link(call: Call, name: str, token: str) -> str:
    """Write one picture as Markdown."""
    return f"![{name}]({call.address or f'{call.origin}/pictures/{token}.png'})"


def download_link(call: Call, token: str) -> str:
    """Write the second link to the same picture."""
    url = call.address or f"{call.origin}/pictures/download/{token}.png"
    return f"[{WORDS[call.language].download}]({url})"


def _progress_numbers(call: Call) -> list[int]:
    chance = call.recipe.random("progress")
    number = chance.randrange(29, 37)
    numbers = []
    while number < 95:
        numbers.append(number)
        number += chance.randrange(4, 10)
    return numbers
