"""How much memory and processor time processes take while something runs."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil  # type: ignore[import-untyped]

LOOK_SECONDS = 0.2


class Looking:
    """Looks again and again, in a thread of its own, as long as it is entered."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        raise NotImplementedError

    def _watch(self) -> None:
        while not self._stop.wait(self._seconds):
            self.look()


class PeakMemory(Looking):
    """Looks at processes with their children; `peaks` are megabytes by name."""

    def __init__(self, processes: Mapping[str, int]) -> None:
        super().__init__(LOOK_SECONDS)
        self.peaks = dict.fromkeys(processes, 0.0)
        self._processes = processes

    def look(self) -> None:
        for name, pid in self._processes.items():
            self.peaks[name] = max(self.peaks[name], megabytes_of(pid))


def processor_seconds(pid: int) -> float:
    """What a process and its children have used of all cores so far."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for it in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                used = it.cpu_times()
                total += used.user + used.system
    return total


def megabytes_of(pid: int) -> float:
    """What a process and its children really take: pages that several share count once (PSS)."""
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(pid).children(recursive=True)
        return sum(_share(it) for it in [pid, *(child.pid for child in children)])
    return 0.0


def _share(pid: int) -> float:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(it.split()[1]) for it in lines if it.startswith("Pss:")) / 1024
    return 0.0
