"""What one demo server remembers."""

import asyncio
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor

from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.drawing.render import render
from generations.providers.demo.pictures import PictureStore
from generations.providers.demo.plans import FaultPlan
from generations.providers.demo.records import RecordedRequest

_PAINTERS = 2


class DemoState:
    """The recorded requests, the result addresses and the faults to come.

    `pace` is how many seconds a call takes. `kept` bounds the recorded requests and drops
    their contents once they are answered; None keeps all. `origin` is known once the server
    listens.
    """

    def __init__(self, *, pace: float = 0.0, kept: int | None = None) -> None:
        self.pace = pace
        self._first_pace = pace
        self.origin = ""
        self.requests: deque[RecordedRequest] = deque(maxlen=kept)
        self.forgets = kept is not None
        self.faults = FaultPlan()
        self.pictures = PictureStore()
        self.released = asyncio.Event()
        self.in_flight = 0
        self.most_in_flight = 0
        self._number = 0
        self._calls_of: Counter[int] = Counter()
        self._painters = ThreadPoolExecutor(_PAINTERS, thread_name_prefix="painter")

    def reset(self) -> None:
        """Forget everything that came so far; calls under way go on."""
        self.pace = self._first_pace
        self.requests.clear()
        self.faults.clear()
        self.pictures.clear()
        self._calls_of.clear()
        self.most_in_flight = self.in_flight

    def release(self) -> None:
        """Let the answers go on that wait at the gate now; later ones wait again."""
        self.released.set()
        self.released = asyncio.Event()

    def next_number(self) -> int:
        """Number the requests from 1 on."""
        self._number += 1
        return self._number

    def next_seed(self, prompt: str) -> int:
        """Give each call with the same prompt another seed: 0, 1, 2, …"""
        key = hash(prompt)
        self._calls_of[key] += 1
        return self._calls_of[key] - 1

    async def draw(self, recipe: Recipe) -> bytes:
        """Draw in a thread, so that streams stay smooth."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._painters, render, recipe)

    def close(self) -> None:
        """Stop the painters."""
        self._painters.shutdown(wait=False, cancel_futures=True)
