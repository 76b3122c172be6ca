"""The memory that the parts of a site really cost: shared pages count once (PSS)."""

from collections.abc import Mapping, Sequence

from tests.bench.memory import Looking, megabytes_of

LOOK_SECONDS = 0.5


class PeakShares(Looking):
    """Looks at processes with their children; megabytes at the moment when all took most."""

    def __init__(self, parts: Mapping[str, Sequence[int]]) -> None:
        super().__init__(LOOK_SECONDS)
        self.at_peak: dict[str, float] = {}
        self._parts = parts

    def look(self) -> None:
        now = {name: sum(map(megabytes_of, pids)) for name, pids in self._parts.items()}
        if sum(now.values()) > sum(self.at_peak.values()):
            self.at_peak = now
