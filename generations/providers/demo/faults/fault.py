"""What a fault is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from generations.providers.demo.calls import CHAT, IMAGES, Call
from generations.providers.demo.pictures import Visit
from generations.providers.demo.script import Script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import Switch

BOTH = (CHAT, IMAGES)

Arrange = Callable[[Call, Switch], None]
Answer = Callable[[Call, Switch, DemoState], Awaitable[Script | None]]
Spoil = Callable[[Script, Switch], Script]
Serve = Callable[[Visit], Awaitable[Script]]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that providers do wrong (or merely differently), and how to play it.

    `source` is the section of provider-facts. `argument` says what may stand behind the name.
    A fault does one or more of: `arrange` the call before it is answered; `answer` in place of
    the normal answer (None: go on as normal); `spoil` the answer on its way out; `serve` the
    result addresses of the call badly.
    """

    name: str
    meaning: str
    source: str
    routes: tuple[str, ...]
    argument: str = ""
    arrange: Arrange | None = None
    answer: Answer | None = None
    spoil: Spoil | None = None
    serve: Serve | None = None
