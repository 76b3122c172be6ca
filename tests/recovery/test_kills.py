"""A worker dies (SIGKILL) in each stage of a call, and a new one takes over.

`make faults` does this at many random moments; here each stage has its turn once.
"""

from collections.abc import Sequence

import pytest

from tests.faults import kills
from tests.faults.kills import Bring, Scene
from tests.faults.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "stages",
    [
        (kills.before_the_call, kills.in_the_stream, kills.while_fetching),
        (kills.while_saving,),
        (kills.before_settling,),
    ],
    ids=["before, in and after the call", "while saving", "before settling"],
)
def test_nothing_is_lost_or_called_twice(world: World, stages: Sequence[Bring]) -> None:
    worker = world.crew.start()
    scene = Scene(world)
    for bring in stages:
        bring(scene)
    left = scene.kill(worker)
    world.crew.start(wait=False)
    assert world.verify("killed", scene.generations, left) == []
