"""A worker dies (SIGKILL) at random moments of each stage, and a new one takes over."""

import time
from pathlib import Path

import pytest

from tests.faults import kills
from tests.faults.kills import Scene
from tests.faults.stages import count_stages
from tests.faults.world import World
from tests.support.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

STAGES = {
    "a before the call": kills.before_the_call,
    "b in the stream": kills.in_the_stream,
    "c while fetching": kills.while_fetching,
    "d while saving": kills.while_saving,
    "e before settling": kills.before_settling,
}
DEFAULT_LIMIT = 90


@pytest.mark.parametrize("name", STAGES)
def test_killed_at_random_moments(world: World, rounds: int, name: str) -> None:
    worker = world.crew.start()
    span, found = 0.02, []
    for _ in range(rounds):
        world.demo.reset()
        scene = Scene(world, span=span)
        STAGES[name](scene)
        left = scene.kill(worker)
        span = _nearer(span, count_stages(left)["ended"])
        worker = world.crew.start(wait=False)
        found += world.verify(name, scene.generations, left)
    assert not found


def test_killed_everywhere_at_the_usual_settings(world: World) -> None:
    """How long a crash takes to heal as the product comes: final within 90 s of the return."""
    worker = world.crew.start(is_quick=False)
    scene = Scene(world)
    for bring in (kills.before_the_call, kills.in_the_stream, kills.while_fetching):
        bring(scene)
    left = scene.kill(worker)
    worker = world.crew.start(is_quick=False)
    start = time.monotonic()
    name = "all at default settings"
    found = world.verify(name, scene.generations, left, limit=DEFAULT_LIMIT)
    world.report.say(name, f"final {time.monotonic() - start:.1f} s after the worker's return")
    assert not found


def test_a_killed_worker_leaves_no_process_behind(world: World) -> None:
    """Its beat is a process of its own, which would ring for ever."""
    worker = world.crew.start()
    children = _children(worker.process.pid)
    assert children
    worker.kill()
    wait_until(lambda: not any(map(_is_alive, children)), seconds=10)


def _nearer(span: float, ended: int) -> float:
    """Moves the last moment towards that of the settlement, where most is at stake."""
    return span * 0.7 if ended else min(span * 1.3, 0.5)


def _children(pid: int) -> list[int]:
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(word) for word in words]


def _is_alive(pid: int) -> bool:
    try:
        facts = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return facts.rpartition(")")[2].split()[0] != "Z"
