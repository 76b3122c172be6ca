"""`POST /v1/chat/completions`: the chat route of the reverse models (provider-facts 2)."""

import base64
import re
import time
from typing import Any
from uuid import uuid4

from generations.providers.demo import chat_text
from generations.providers.demo.calls import CHAT, Call, ratio_in, size_of
from generations.providers.demo.chat_text import ChatIds, Piece
from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.refusals import Refused
from generations.providers.demo.script import Script, Step, event, event_script, json_script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import without_switches

_GEN_ID = re.compile(r"gen_(?!id\b)[A-Za-z0-9]+")
DONE = b"data: [DONE]\n\n"


def prompt_of(body: Any) -> str:
    """Give the text of the last user turn, switches included."""
    return "\n".join(part["text"] for part in _parts(body) if part.get("type") == "text")


def read_chat_call(body: Any, *, state: DemoState) -> Call:
    """Understand a chat request, or refuse it as a relay would."""
    _check(body)
    raw_prompt = prompt_of(body)
    prompt = without_switches(raw_prompt)
    width, height = size_of(ratio_in(prompt))
    recipe = Recipe(
        prompt=prompt,
        seed=state.next_seed(prompt),
        width=width,
        height=height,
        references=tuple(_references(body)),
    )
    return Call(
        route=CHAT,
        model=body["model"],
        prompt=prompt,
        origin=state.origin,
        seconds=state.pace * recipe.random("pace").uniform(0.8, 1.25),
        recipe=recipe,
        is_stream=bool(body.get("stream")),
        parent_id=_parent_id(body),
        includes_usage=bool((body.get("stream_options") or {}).get("include_usage")),
    )


def answer_chat(call: Call, *, state: DemoState) -> Script:
    """Answer with pictures: queue, progress, links."""
    tokens = call.store_in(state.pictures)
    ids = ChatIds.new(len(tokens))
    link = "" if call.uses_short_form else chat_text.result_link(call, tokens[0])
    ending = link + chat_text.tail(call, ids, tokens)
    return chat_script(call, [*before_ending(call, ids), (100.0, ending)])


def before_ending(call: Call, ids: ChatIds) -> list[Piece]:
    """Write everything that comes before the result: parameters, queue, progress."""
    return [
        *chat_text.parameter_block(call),
        *chat_text.waiting(call, ids),
        *chat_text.painting(call),
    ]


def chat_script(call: Call, pieces: list[Piece]) -> Script:
    """Send pieces of text as a stream or as one body, as the request asks."""
    if not call.is_stream:
        return json_script(_whole_body(call, pieces), seconds=call.seconds)
    chunks = [(at, {"content": text}) for at, text in pieces]
    return delta_script(call, chunks)


def delta_script(
    call: Call, deltas: list[tuple[float, dict[str, Any]]], *, finish_reason: str = "stop"
) -> Script:
    """Send deltas as a stream with its customary first, empty and last chunks."""
    stream = _Stream(call)
    steps = [stream.chunk(0, {"role": "assistant", "content": ""})]
    is_silent = False
    for at, delta in deltas:
        if at >= 10 and not is_silent:
            steps.append(stream.chunk(at, {}))
            is_silent = True
        steps.append(stream.chunk(at, delta))
    steps.append(stream.chunk(100, {}, finish_reason=finish_reason))
    if call.includes_usage:
        steps.append(stream.usage())
    steps.append(Step(at=100, data=DONE))
    return event_script(tuple(steps), seconds=call.seconds)


class _Stream:
    """The envelope that all chunks of one stream share."""

    def __init__(self, call: Call) -> None:
        self._head = {
            "id": f"chatcmpl-89D{uuid4().hex[:24]}",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": call.model,
        }

    def chunk(self, at: float, delta: dict[str, Any], *, finish_reason: str | None = None) -> Step:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return Step(at=at, data=event({**self._head, "choices": [choice]}))

    def usage(self) -> Step:
        return Step(at=100, data=event({**self._head, "choices": [], "usage": _USAGE}))


# An invented text count, as the relays send it: no price can be read from it
_USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 122,
    "total_tokens": 222,
    "prompt_tokens_details": {"text_tokens": 93},
    "completion_tokens_details": {"content_tokens": 122},
}


def _whole_body(call: Call, pieces: list[Piece]) -> dict[str, Any]:
    content = "".join(text for _, text in pieces)
    return whole_message(call, {"role": "assistant", "content": content})


def whole_message(call: Call, message: dict[str, Any]) -> dict[str, Any]:
    """Wrap a message as the body of an answer without a stream."""
    return {
        "id": f"chatcmpl-89D{uuid4().hex[:24]}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": call.model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": _USAGE,
    }


def _check(body: Any) -> None:
    if not isinstance(body, dict):
        raise Refused(400, "We could not parse the JSON body of your request.")
    for name in ("model", "messages"):
        if not body.get(name):
            message = f"Missing required parameter: '{name}'."
            raise Refused(400, message, code="missing_required_parameter", param=name)
    if not prompt_of(body).strip():
        raise Refused(400, "prompt is required", code="prompt_missing", param="messages")


def _parts(body: Any) -> list[dict[str, Any]]:
    messages = body.get("messages") if isinstance(body, dict) else None
    for message in reversed(messages or []):
        if message.get("role") == "user":
            content = message.get("content") or ""
            return [{"type": "text", "text": content}] if isinstance(content, str) else content
    return []


def _references(body: Any) -> list[bytes]:
    urls = [part["image_url"]["url"] for part in _parts(body) if part.get("type") == "image_url"]
    return [_decoded(url) for url in urls]


def _decoded(url: str) -> bytes:
    """Read a data URL; an address on the web gives nothing, since the demo stays at home."""
    if not url.startswith("data:"):
        return b""
    try:
        return base64.b64decode(url.partition(",")[2], validate=True)
    except ValueError:
        raise Refused(400, "Invalid base64 image_url.", code="invalid_image") from None


def _parent_id(body: Any) -> str:
    earlier = [message for message in body["messages"] if message.get("role") == "assistant"]
    found = _GEN_ID.findall(str(earlier[-1].get("content"))) if earlier else []
    return found[0] if found else ""
