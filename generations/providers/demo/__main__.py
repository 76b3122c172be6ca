"""`python -m generations.providers.demo`: the demo provider as a program."""

import argparse
import os
import signal
import sys
from types import FrameType

from generations.providers.demo.faults.registry import FAULTS
from generations.providers.demo.server import build_server, listen, origin_of
from generations.providers.demo.state import DemoState

_KEPT_REQUESTS = 200
_DEFAULT_PACE = "6"


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    options = _parser().parse_args()
    if options.list_faults:
        _say(*(_line(name) for name in FAULTS))
        return 0
    state = DemoState(pace=options.pace, kept=_KEPT_REQUESTS)
    with listen(options.host, options.port) as listener:
        state.origin = origin_of(listener)
        _say(f"demo provider on {state.origin}")
        # The server hands the signal on once it has closed: being asked to stop is no failure
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _ignore)
        build_server(state).run(sockets=[listener])
    state.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m generations.providers.demo")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010, help="0 takes a free one")
    pace = os.environ.get("DEMO_PACE", _DEFAULT_PACE)
    parser.add_argument("--pace", type=float, default=pace, help="seconds that a call takes")
    parser.add_argument("--list-faults", action="store_true", help="print all faults and stop")
    return parser


def _line(name: str) -> str:
    fault = FAULTS[name]
    label = f"{name} {fault.argument}".strip()
    return f"{label:34} {fault.meaning} ({', '.join(fault.routes)}; {fault.source})"


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _ignore(number: int, frame: FrameType | None) -> None:
    """Do nothing; only replaces the default of dying."""


if __name__ == "__main__":
    sys.exit(main())
