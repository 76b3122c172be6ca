"""The one table of all faults."""

from generations.providers.demo.faults.fault import Fault

FAULTS: dict[str, Fault] = {}
