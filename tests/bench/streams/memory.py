"""The memory that the parts of a site really cost: shared pages count once (PSS)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tests.bench.memory import Looking

LOOK_SECONDS = 0.5


class PeakShares(Looking):
    """Looks at processes with their children; megabytes at the moment when all took most."""

    def __init__(self, parts: Mapping[str, Sequence[int]]) -> None:
        super().__init__(LOOK_SECONDS)
        self.at_peak: dict[str, float] = {}
        self._parts = parts

    def look(self) -> None:
        now = {name: sum(map(_megabytes, pids)) for name, pids in self._parts.items()}
        if sum(now.values()) > sum(self.at_peak.values()):
            self.at_peak = now


def _megabytes(pid: int) -> float:
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(pid).children(recursive=True)
        return sum(_share(it) for it in [pid, *(child.pid for child in children)])
    return 0.0


def _share(pid: int) -> float:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(it.split()[1]) for it in lines if it.startswith("Pss:")) / 1024
    return 0.0
