"""The one table of all faults, by name."""

from generations.providers.demo.faults.addresses import ADDRESS_FAULTS
from generations.providers.demo.faults.bodies import BODY_FAULTS
from generations.providers.demo.faults.chat_endings import CHAT_ENDINGS
from generations.providers.demo.faults.chat_shapes import CHAT_SHAPES
from generations.providers.demo.faults.fault import Fault
from generations.providers.demo.faults.pictures import PICTURE_FAULTS
from generations.providers.demo.faults.statuses import STATUS_FAULTS
from generations.providers.demo.faults.timing import TIMING_FAULTS
from generations.providers.demo.plans import parse_entry

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        *CHAT_ENDINGS,
        *CHAT_SHAPES,
        *TIMING_FAULTS,
        *BODY_FAULTS,
        *STATUS_FAULTS,
        *PICTURE_FAULTS,
        *ADDRESS_FAULTS,
    )
}


def check_entries(*entries: str) -> None:
    """Raise ValueError for a name that is no fault."""
    for entry in entries:
        for switch in parse_entry(entry):
            if switch.name not in FAULTS:
                raise ValueError(f"There is no demo fault '{switch.name}'.")
