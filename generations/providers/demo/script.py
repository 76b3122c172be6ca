"""An answer as a list of steps in time, so that every fault is a change of that list."""

import json
from dataclasses import dataclass
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]


class Act(StrEnum):
    """What happens at a step, after its bytes were sent."""

    GO_ON = "go on"
    CUT = "cut"  # closes the connection in the middle of the body
    RESET = "reset"  # closes it with a TCP RST
    STALL = "stall"  # says nothing more, for ever
    HOLD = "hold"  # waits until the test releases it, then goes on
    REPEAT = "repeat"  # sends the same bytes for ever


@dataclass(frozen=True, kw_only=True)
class Step:
    """Some bytes at a point of the call's time.

    `at` is in percent of the call's whole time. `every` is the pause in seconds between two
    sendings of a step that repeats.
    """

    at: float
    data: bytes = b""
    act: Act = Act.GO_ON
    every: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Script:
    """One whole HTTP answer.

    `seconds` is how long it takes. `is_stream` sends the headers at once; otherwise they come
    with the first step. `length` is a content-length that may promise more than is sent; None
    sends in chunks.
    """

    status: int = 200
    headers: Headers = (("content-type", "application/json"),)
    steps: tuple[Step, ...] = ()
    seconds: float = 0.0
    is_stream: bool = False
    length: int | None = None


def json_script(
    body: object, *, status: int = 200, headers: Headers = (), seconds: float = 0.0
) -> Script:
    """Answer with JSON in one piece."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return whole_script(
        content, "application/json", status=status, headers=headers, seconds=seconds
    )


def whole_script(
    content: bytes,
    content_type: str,
    *,
    status: int = 200,
    headers: Headers = (),
    seconds: float = 0.0,
) -> Script:
    """Answer with one piece of any type."""
    return Script(
        status=status,
        headers=(("content-type", content_type), *headers),
        steps=(Step(at=100, data=content),),
        seconds=seconds,
        length=len(content),
    )


def event_script(steps: tuple[Step, ...], *, seconds: float) -> Script:
    """Answer with a stream of server-sent events."""
    return Script(
        headers=(("content-type", "text/event-stream"), ("cache-control", "no-cache")),
        steps=steps,
        seconds=seconds,
        is_stream=True,
    )


def error_script(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    headers: Headers = (),
) -> Script:
    """Answer with an error in OpenAI's shape."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return json_script({"error": error}, status=status, headers=headers)


def event(payload: object, *, name: str = "") -> bytes:
    """Write one server-sent event."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(payload, ensure_ascii=False)}\n\n".encode()
