"""The machine's clock jumps, as when it is set or a virtual machine wakes up."""

import struct
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from shutil import which
from typing import Any

from generations.models import Generation
from tests.factories import CHAT, IMAGES
from tests.faults.table.place import Place
from tests.faults.table.rows import NotCaused

SOURCE = Path(__file__).with_name("clock_shift.c")
HOURS = 2


class Clock:
    """The wall clock of workers that start with its environment; the monotonic one stays."""

    def __init__(self, folder: Path) -> None:
        library = folder / "clock_shift.so"
        self._shift = folder / "clock_shift"
        compiler = which("cc")
        if compiler is None:
            raise NotCaused("no C compiler, which makes the library that shifts a clock")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, SOURCE], check=True)
        self.jump(hours=0)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_SHIFT_FILE": str(self._shift)}

    def jump(self, *, hours: float) -> None:
        """So far from the true time, from now on."""
        content = struct.pack("l", round(hours * 3600))
        # In place, since workers have it mapped
        with self._shift.open("r+b" if self._shift.exists() else "wb") as file:
            file.write(content)


def forward_during_calls(place: Place) -> Sequence[Generation]:
    """two hours forward while calls run"""
    return _during_calls(place, hours=HOURS)


def back_during_calls(place: Place) -> Sequence[Generation]:
    """two hours back while calls run"""
    return _during_calls(place, hours=-HOURS)


def back_before_a_retry(place: Place) -> Sequence[Generation]:
    """two hours back while a call waits as Retry-After asks"""
    clock, _ = _worker(place)
    generation = place.submit("rate-limit 1 2")
    place.wait_for(lambda: generation.attempts.get().not_before)
    clock.jump(hours=-HOURS)
    return [generation]


def back_before_a_download(place: Place) -> Sequence[Generation]:
    """two hours back while a failed download waits to be repeated"""
    return _before_a_download(place, hours=-HOURS)


def forward_before_a_download(place: Place) -> Sequence[Generation]:
    """two hours forward, which is beyond DOWNLOAD_GIVE_UP_SECONDS, while a download fails"""
    return _before_a_download(place, hours=HOURS)


def back_and_messages_lost(place: Place) -> Sequence[Generation]:
    """two hours back, and then no message comes: the sweep alone finds the work"""
    clock, _ = _worker(place, on_broker=True)
    clock.jump(hours=-HOURS)
    time.sleep(2)
    return [place.submit()]


def forth_and_back(place: Place) -> Sequence[Generation]:
    """an hour forward and back every second, while eight generations run"""
    clock, _ = _worker(place)
    generations = [place.submit("picture-slow 1") for _ in range(8)]
    for _ in range(4):
        clock.jump(hours=1)
        time.sleep(1)
        clock.jump(hours=0)
        time.sleep(1)
    return generations


def _worker(place: Place, **more: Any) -> tuple[Clock, Any]:
    clock = Clock(place.folder)
    return clock, place.worker(**clock.environment, **more)


def _during_calls(place: Place, *, hours: float) -> Sequence[Generation]:
    clock, _ = _worker(place)
    running = [place.submit("hold 40", model=model) for model in (CHAT, IMAGES)]
    place.all_reached(*running)
    clock.jump(hours=hours)
    # Two sweeps, which may judge too early
    time.sleep(3)
    place.world.demo.release()
    return [*running, place.submit()]


def _before_a_download(place: Place, *, hours: float) -> Sequence[Generation]:
    clock, _ = _worker(place)
    generation = place.submit("picture-500 2")
    place.wait_for(lambda: generation.attempts.get().not_before)
    clock.jump(hours=hours)
    return [generation]
