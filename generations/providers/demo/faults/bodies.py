"""Answers with status 200 that are no success, and streams with rubbish in them (3.1)."""

import json
from dataclasses import replace
from typing import Any

from generations.providers.demo.calls import CHAT, IMAGES, Call
from generations.providers.demo.chat import DONE
from generations.providers.demo.faults.fault import BOTH, Fault
from generations.providers.demo.script import Script, Step, event, json_script, whole_script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import Switch

_HALF = 50.0
_PAGE = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body>Hello!</body></html>\n"
_ERROR = {"message": "The upstream failed.", "type": "upstream_error", "param": None, "code": None}


async def _html(call: Call, switch: Switch, state: DemoState) -> Script:
    return whole_script(_PAGE.encode(), "text/html; charset=utf-8")


async def _json_error(call: Call, switch: Switch, state: DemoState) -> Script:
    return json_script({"error": {**_ERROR, "code": "upstream_error"}})


async def _empty(call: Call, switch: Switch, state: DemoState) -> Script:
    return whole_script(b"", "application/json")


async def _no_data(call: Call, switch: Switch, state: DemoState) -> Script:
    if call.route == CHAT:
        return json_script({"id": "chatcmpl-demo", "object": "chat.completion", "choices": []})
    return json_script({"created": 1790000000, "data": []})


def _error_in_stream(script: Script, switch: Switch) -> Script:
    if not script.is_stream:
        return json_script({"error": _ERROR}, status=500)
    percent = switch.number(_HALF)
    kept = tuple(step for step in script.steps if step.at < percent)
    last = Step(at=percent, data=event({"error": _ERROR}))
    return replace(script, steps=(*kept, last))


def _broken_line(script: Script, switch: Switch) -> Script:
    return _inserted(script, b'data: {"id":"chatcmpl-89D","choices":[{"ind\n\n')


def _empty_line(script: Script, switch: Switch) -> Script:
    return _inserted(script, b"data:\n\n")


def _empty_choices(script: Script, switch: Switch) -> Script:
    chunk: dict[str, Any] = {"id": "chatcmpl-89D", "object": "chat.completion.chunk"}
    return _inserted(script, event({**chunk, "choices": []}))


def _inserted(script: Script, line: bytes) -> Script:
    """Put a line into the middle of a stream; a body in one piece stays as it is."""
    if not script.is_stream:
        return script
    before = tuple(step for step in script.steps if step.at < _HALF)
    return replace(script, steps=(*before, Step(at=_HALF, data=line), *script.steps[len(before) :]))


def _no_done(script: Script, switch: Switch) -> Script:
    return replace(script, steps=tuple(step for step in script.steps if step.data != DONE))


def _no_usage(script: Script, switch: Switch) -> Script:
    return _without(script, "usage")


def _no_details(script: Script, switch: Switch) -> Script:
    return _without(script, "output_tokens_details")


def _without(script: Script, name: str) -> Script:
    """Take a field out of a JSON body, at the top or in its usage."""
    if script.is_stream or script.status != 200:
        return script
    body = json.loads(script.steps[-1].data)
    body.pop(name, None)
    body.get("usage", {}).pop(name, None)
    return json_script(body, seconds=script.seconds)


BODY_FAULTS = (
    Fault(
        name="html-200",
        meaning="200 with an HTML page",
        source="0.4, 3.1",
        routes=BOTH,
        answer=_html,
    ),
    Fault(
        name="json-error-200",
        meaning="200 with an error object, also where a stream was asked for",
        source="0.4, 3.1",
        routes=BOTH,
        answer=_json_error,
    ),
    Fault(name="empty-200", meaning="200 with no body", source="3.1", routes=BOTH, answer=_empty),
    Fault(
        name="no-data",
        meaning="200 with an empty list of pictures or choices",
        source="0.4",
        routes=BOTH,
        answer=_no_data,
    ),
    Fault(
        name="error-in-stream",
        meaning="an error as an event of a stream that began with 200",
        source="2.6, 3.1",
        argument="[percent=50]",
        routes=BOTH,
        spoil=_error_in_stream,
    ),
    Fault(
        name="broken-json",
        meaning="one line of the stream is broken JSON",
        source="3.1",
        routes=BOTH,
        spoil=_broken_line,
    ),
    Fault(
        name="empty-line",
        meaning="one data line of the stream is empty",
        source="3.1",
        routes=BOTH,
        spoil=_empty_line,
    ),
    Fault(
        name="empty-choices",
        meaning="one chunk of the stream has no choices; the answer is fine",
        source="2.6",
        routes=(CHAT,),
        spoil=_empty_choices,
    ),
    Fault(
        name="no-done",
        meaning="the stream ends without [DONE]; the answer is fine",
        source="3.1",
        routes=(CHAT,),
        spoil=_no_done,
    ),
    Fault(
        name="no-usage",
        meaning="the answer has no usage; the pictures are fine",
        source="0.8",
        routes=(IMAGES,),
        spoil=_no_usage,
    ),
    Fault(
        name="no-token-details",
        meaning="the usage has no output_tokens_details, as from older relays",
        source="1.3",
        routes=(IMAGES,),
        spoil=_no_details,
    ),
)
