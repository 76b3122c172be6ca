"""Which path means what."""

import re
from collections.abc import Awaitable, Callable

from generations.providers.demo.calls import Call
from generations.providers.demo.chat import prompt_of, read_chat_call
from generations.providers.demo.control import answer_control
from generations.providers.demo.generating import answer_call
from generations.providers.demo.images import read_images_call
from generations.providers.demo.model_list import model_list
from generations.providers.demo.records import RecordedRequest
from generations.providers.demo.refusals import Refused
from generations.providers.demo.results import serve_picture
from generations.providers.demo.script import Script, json_script, whole_script
from generations.providers.demo.state import DemoState
from generations.providers.demo.uploads import read_uploads

Handler = Callable[[RecordedRequest, DemoState], Awaitable[Script]]

_PICTURE = re.compile(r"^/(?:pictures/(?:download/)?|vg-assets/assets/)(moved/)?([0-9a-f]{30})")
_WRONG_KEYS = ("wrong", "sk-wrong")


async def answer_request(record: RecordedRequest, *, state: DemoState) -> Script:
    """Find the route of a request and answer it."""
    if record.path.startswith("/v1/"):
        _check_key(record)
        return await _v1_handler(record)(record, state)
    picture = _PICTURE.match(record.path)
    if picture:
        return await serve_picture(picture[2], state=state, is_moved=bool(picture[1]))
    if record.path.startswith("/demo/"):
        return answer_control(record, state=state)
    return _page(record.path)


def _check_key(record: RecordedRequest) -> None:
    scheme, _, key = record.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        message = "You didn't provide an API key. Send it as 'Authorization: Bearer YOUR_KEY'."
        raise Refused(401, message)
    if key.strip() in _WRONG_KEYS:
        message = f"Incorrect API key provided: {key.strip()}."
        raise Refused(401, message, code="invalid_api_key")


def _v1_handler(record: RecordedRequest) -> Handler:
    handler = _HANDLERS.get((record.method, record.path))
    if handler is None:
        message = f"Invalid URL ({record.method} {record.path})"
        raise Refused(404, message)
    return handler


async def _models(record: RecordedRequest, state: DemoState) -> Script:
    return json_script(model_list())


async def _chat(record: RecordedRequest, state: DemoState) -> Script:
    call = read_chat_call(record.json, state=state)
    return await _answer(call, prompt_of(record.json), record, state)


async def _generations(record: RecordedRequest, state: DemoState) -> Script:
    if not isinstance(record.json, dict):
        raise Refused(400, "We could not parse the JSON body of your request.")
    call = read_images_call(record.json, state=state)
    return await _answer(call, record.json["prompt"], record, state)


async def _edits(record: RecordedRequest, state: DemoState) -> Script:
    fields = {name: values[-1] for name, values in record.form.items()}
    call = read_images_call(fields, state=state, uploads=read_uploads(record.files))
    return await _answer(call, fields["prompt"], record, state)


async def _answer(call: Call, raw_prompt: str, record: RecordedRequest, state: DemoState) -> Script:
    switches = state.faults.choose(raw_prompt)
    record.faults = tuple(str(switch) for switch in switches)
    return await answer_call(call, switches, state=state)


def _page(path: str) -> Script:
    if path == "/health":
        return json_script({"status": "ok"})
    if path.startswith(("/web/", "/source/")):
        # The status pages that chat answers link to: no picture lives here
        return whole_script(b"<html><body>Task finished.</body></html>", "text/html")
    if path == "/":
        return whole_script(b"The demo provider of Proofsheet.\n", "text/plain; charset=utf-8")
    raise Refused(404, f"Invalid URL (GET {path})")


_HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "/v1/models"): _models,
    ("POST", "/v1/chat/completions"): _chat,
    ("POST", "/v1/images/generations"): _generations,
    ("POST", "/v1/images/edits"): _edits,
}
