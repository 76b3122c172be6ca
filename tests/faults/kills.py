"""Brings attempts to a stage and says when the worker is to die there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from generations.models import Generation
from tests.factories import CHAT, IMAGES
from tests.faults.crew import RealWorker
from tests.faults.stages import Left, left_of
from tests.faults.world import Held, World

Bring = Callable[["Scene"], None]


@dataclass
class Scene:
    """One round: what was submitted, and what has to be undone after the kill."""

    world: World
    generations: list[Generation] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    span: float = 0.01

    def add(self, *generations: Generation) -> None:
        self.generations += generations

    def kill(self, worker: RealWorker) -> list[Left]:
        """Kills the worker and says how far each attempt was."""
        worker.kill()
        left = left_of(self.generations)
        for held in self.held:
            held.let_go()
        self.world.demo.release()
        return left


def before_the_call(scene: Scene) -> None:
    """Claimed, not sent: the worker waits for the bytes of a reference."""
    world = scene.world
    references = [world.reference(), world.reference()]
    scene.held += [Held(world, reference) for reference in references]
    mine = [
        world.submit(model=model, references=[reference])
        for model, reference in zip((CHAT, IMAGES), references, strict=True)
    ]
    scene.add(*mine, world.submit())
    world.wait_for(lambda: _are(mine, "calling"))
    world.sleep(0, 0.3)


def in_the_stream(scene: Scene) -> None:
    """The provider paints, and stops at some percent."""
    world = scene.world
    mine = [
        world.submit(f"hold {world.random.randrange(100)}", model=model) for model in (CHAT, IMAGES)
    ]
    scene.add(*mine)
    world.wait_for(lambda: all(world.has_reached(it) for it in mine))
    world.sleep(0, 0.4)


def while_fetching(scene: Scene) -> None:
    """The addresses have arrived, and the pictures come slowly."""
    world = scene.world
    mine = [
        world.submit("picture-slow 2"),
        world.submit("pictures 2] [demo:picture-slow 2"),
        world.submit("picture-slow 2", model=IMAGES),
    ]
    scene.add(*mine)
    world.wait_for(lambda: all(_has_delivery(it) for it in mine))
    world.sleep(0, 1.8)


def while_saving(scene: Scene) -> None:
    """The bytes of the picture have just left the provider."""
    served = _count_served(scene)
    scene.add(scene.world.submit(), scene.world.submit(model=IMAGES))
    scene.world.wait_for(lambda: _count_served(scene) > served)
    scene.world.sleep(0, 0.06)


def before_settling(scene: Scene) -> None:
    """A little later: the picture is stored, and about to be booked."""
    mine = scene.world.submit()
    scene.add(mine)
    scene.world.wait_for(mine.images.exists)
    scene.world.sleep(0, scene.span)


def _are(generations: Sequence[Generation], status: str) -> bool:
    return all(it.attempts.get().status == status for it in generations)


def _has_delivery(generation: Generation) -> bool:
    return generation.attempts.get().deliveries.exists()


def _count_served(scene: Scene) -> int:
    """How many pictures have left the demo, to the last byte."""
    requests = scene.world.demo.requests
    return sum(it.method == "GET" and it.is_finished for it in requests)
