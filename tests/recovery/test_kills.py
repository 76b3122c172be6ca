"""A worker dies (SIGKILL) in each stage of a call, and a new one takes over.

`make faults` does this at many random moments; here each stage has its turn once.
"""

from collections.abc import Sequence

import pytest

from tests.faults import kills
from tests.faults.kills import Bring, Scene
from tests.faults.world import World

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


# What the same worker is to die of at one moment
ROUNDS: dict[str, Sequence[Bring]] = {
    "before, in and after the call": (
        kills.before_the_call,
        kills.in_the_stream,
        kills.while_fetching,
    ),
    "while saving": (kills.while_saving,),
    "before settling": (kills.before_settling,),
}


def test_nothing_is_lost_or_called_twice(world: World) -> None:
    worker = world.crew.start()
    found = []
    for name, stages in ROUNDS.items():
        scene = Scene(world)
        for bring in stages:
            bring(scene)
        left = scene.kill(worker)
        # The next one takes over what is left, and dies of the next round
        worker = world.crew.start(wait=False)
        found += world.verify(name, scene.generations, left)
    assert found == []
