"""Which faults the next calls get."""

import threading
from collections import Counter, deque
from random import Random

from generations.providers.demo.switches import Switch, parse_switch, switches_in

NONE = "none"


def parse_entry(entry: str) -> tuple[Switch, ...]:
    """Read one entry of the queue: switches joined by "+", or "none"."""
    switches = (parse_switch(part) for part in entry.split("+"))
    return tuple(switch for switch in switches if switch.name not in ("", NONE))


class FaultPlan:
    """The faults of the calls to come, from four places at once.

    A call gets: those in its prompt, those that hold for every call, the first entry of the
    queue, and one drawn by chance. A fault that counts its refusals (`rate-limit 2`) is spent
    after that many calls with the same prompt.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Let all calls succeed again."""
        self.next: deque[tuple[Switch, ...]] = deque()
        self.always: tuple[Switch, ...] = ()
        self._chances: dict[Switch, float] = {}
        self._random = Random(0)
        self._uses: Counter[tuple[str, str]] = Counter()

    def add_next(self, *entries: str) -> None:
        """Queue faults, one entry for each call to come; "none" lets a call pass.

        An entry may hold several switches joined by "+": `pictures 2 + picture-404`.
        """
        self.next.extend(parse_entry(entry) for entry in entries)

    def set_always(self, *entries: str) -> None:
        """Give every call these faults."""
        self.always = tuple(switch for entry in entries for switch in parse_entry(entry))

    def set_chances(self, chances: dict[str, float], *, seed: int = 0) -> None:
        """Give each call at most one fault by chance: switch -> probability (0 to 1)."""
        self._chances = {parse_switch(text): chance for text, chance in chances.items()}
        self._random = Random(seed)

    def choose(self, prompt: str) -> tuple[Switch, ...]:
        """Decide the faults of one call and take them out of the queue."""
        with self._lock:
            queued = self.next.popleft() if self.next else ()
            return (*switches_in(prompt), *self.always, *queued, *self._by_chance())

    def is_spent(self, switch: Switch, prompt: str, *, times: float) -> bool:
        """Count one use of a switch for a prompt; True once it was used that many times."""
        with self._lock:
            self._uses[(str(switch), prompt)] += 1
            return self._uses[(str(switch), prompt)] > times

    def _by_chance(self) -> tuple[Switch, ...]:
        drawn = self._random.random() if self._chances else 1.0
        for switch, chance in self._chances.items():
            if drawn < chance:
                return (switch,)
            drawn -= chance
        return ()
