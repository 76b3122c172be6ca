"""Answers that stop, wait or crawl: changes of an answer's steps (provider-facts 2.5 and 3.1)."""

from dataclasses import replace

from generations.providers.demo.faults.fault import BOTH, Fault
from generations.providers.demo.script import Act, Script, Step, event
from generations.providers.demo.switches import Switch

_HALF = 50.0
_DRIP_SECONDS = 0.5


def stop_at(script: Script, percent: float, act: Act) -> Script:
    """End an answer at a point of its time, or, in one body, after that share of its bytes."""
    if script.is_stream:
        kept = tuple(step for step in script.steps if step.at < percent)
        return replace(script, steps=(*kept, Step(at=percent, act=act)))
    body = b"".join(step.data for step in script.steps)
    part = body[: round(len(body) * percent / 100)]
    return replace(script, steps=(Step(at=100, data=part, act=act),))


def _before_any_byte(script: Script, act: Act) -> Script:
    return replace(script, steps=(Step(at=10, act=act),), is_stream=False)


def _cut(script: Script, switch: Switch) -> Script:
    return stop_at(script, switch.number(_HALF), Act.CUT)


def _cut_before(script: Script, switch: Switch) -> Script:
    return _before_any_byte(script, Act.CUT)


def _reset(script: Script, switch: Switch) -> Script:
    if not switch.arguments:
        return _before_any_byte(script, Act.RESET)
    return stop_at(script, switch.number(_HALF), Act.RESET)


def _stall(script: Script, switch: Switch) -> Script:
    return stop_at(script, switch.number(_HALF), Act.STALL)


def _silent(script: Script, switch: Switch) -> Script:
    return _before_any_byte(script, Act.STALL)


def _hold(script: Script, switch: Switch) -> Script:
    percent = switch.number(_HALF)
    before = tuple(step for step in script.steps if step.at < percent)
    gate = Step(at=percent, act=Act.HOLD)
    return replace(script, steps=(*before, gate, *script.steps[len(before) :]))


def _slow(script: Script, switch: Switch) -> Script:
    return replace(script, seconds=switch.number(30))


def _drip(script: Script, switch: Switch) -> Script:
    """Keep the connection busy for ever: dots, comments, or blanks before a body."""
    kept = tuple(step for step in script.steps if step.at < 20) if script.is_stream else ()
    drop = Step(at=20, act=Act.REPEAT, data=_drop(script), every=switch.number(_DRIP_SECONDS))
    return replace(script, steps=(*kept, drop), length=None)


def _drop(script: Script) -> bytes:
    if not script.is_stream:
        return b" "
    if b"chat.completion.chunk" not in script.steps[0].data:
        return b": keep-alive\n\n"
    choice = {"index": 0, "delta": {"content": "."}, "finish_reason": None}
    return event({"id": "chatcmpl-drip", "object": "chat.completion.chunk", "choices": [choice]})


TIMING_FAULTS = (
    Fault(
        name="cut-stream",
        meaning="the connection is closed in the middle of the answer",
        source="2.4, 3.1",
        argument="[percent=50]",
        routes=BOTH,
        spoil=_cut,
    ),
    Fault(
        name="cut-before",
        meaning="the connection is closed before any byte of the answer",
        source="3.1",
        routes=BOTH,
        spoil=_cut_before,
    ),
    Fault(
        name="reset",
        meaning="the connection is reset (TCP RST), before any byte or at a percent",
        source="3.1",
        argument="[percent]",
        routes=BOTH,
        spoil=_reset,
    ),
    Fault(
        name="stall",
        meaning="the answer goes silent in the middle, for ever",
        source="2.5",
        argument="[percent=50]",
        routes=BOTH,
        spoil=_stall,
    ),
    Fault(
        name="silent",
        meaning="no header is ever sent",
        source="2.5",
        routes=BOTH,
        spoil=_silent,
    ),
    Fault(
        name="hold",
        meaning="the answer waits in the middle until it is released, then goes on",
        source="for tests",
        argument="[percent=50]",
        routes=BOTH,
        spoil=_hold,
    ),
    Fault(
        name="drip",
        meaning="a dot every now and then, for ever: no read ever times out",
        source="0.2",
        argument="[seconds=0.5]",
        routes=BOTH,
        spoil=_drip,
    ),
    Fault(
        name="slow",
        meaning="the call takes this long",
        source="1.5, 2.5",
        argument="[seconds=30]",
        routes=BOTH,
        spoil=_slow,
    ),
)
