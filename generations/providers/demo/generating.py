"""From a generation request to its answer, through the faults that were switched on."""

from collections.abc import Iterable

from generations.providers.demo.calls import CHAT, Call
from generations.providers.demo.chat import answer_chat
from generations.providers.demo.faults.fault import Fault
from generations.providers.demo.faults.registry import FAULTS
from generations.providers.demo.images import answer_images
from generations.providers.demo.refusals import Refused
from generations.providers.demo.script import Script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import Switch

Active = list[tuple[Fault, Switch]]


async def answer_call(call: Call, switches: Iterable[Switch], *, state: DemoState) -> Script:
    """Answer one call; faults arrange it, stand in for the answer, or spoil it."""
    active = _active(call, switches)
    for fault, switch in active:
        if fault.arrange:
            fault.arrange(call, switch)
    script = await _answer(call, active, state)
    for fault, switch in active:
        if fault.spoil:
            script = fault.spoil(script, switch)
    return script


def _active(call: Call, switches: Iterable[Switch]) -> Active:
    """Look the switches up; those that mean nothing on this route are left out."""
    found = [(_fault(switch), switch) for switch in switches]
    return [(fault, switch) for fault, switch in found if call.route in fault.routes]


def _fault(switch: Switch) -> Fault:
    if switch.name not in FAULTS:
        message = f"There is no demo fault '{switch.name}'. GET /demo/faults lists them."
        raise Refused(400, message, code="unknown_demo_fault", param="prompt")
    return FAULTS[switch.name]


async def _answer(call: Call, active: Active, state: DemoState) -> Script:
    for fault, switch in active:
        script = await fault.answer(call, switch, state) if fault.answer else None
        if script is not None:
            return script
    if call.route == CHAT:
        return answer_chat(call, state=state)
    return await answer_images(call, state=state)
