"""Measures share links: many guests at once while generations run, and passwords; see `--help`."""

import argparse
import os
import sys
from contextlib import ExitStack

from tests.bench.__main__ import begin, prepare
from tests.support.processes import free_port


def main() -> int:
    options = _parser().parse_args()
    with ExitStack() as stack:
        folder = prepare(stack, is_postgres=options.postgres)
        _set_up(port := free_port())
        begin(stack, folder)
        from tests.bench.guests.measure import measure

        measure(options, folder=folder, provider_port=port)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.guests", description=__doc__)
    parser.add_argument("--guests", type=int, default=100, help="who look at the link (100)")
    parser.add_argument("--pictures", type=int, default=200, help="what it shows (200)")
    parser.add_argument("--generations", type=int, default=32, help="running meanwhile (32)")
    parser.add_argument("--seconds", type=float, default=10, help="what a call takes (10)")
    parser.add_argument("--ramp", type=float, default=30, help="within so many they come (30)")
    parser.add_argument("--tries", type=int, default=30, help="passwords of each kind (30)")
    parser.add_argument("--alone", action="store_true", help="before that without generations")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    return parser


def _set_up(port: int) -> None:
    """What a person would write into .env."""
    os.environ.pop("DATABASE_POOL", None)
    os.environ |= {
        "AIHUBMIX_API_KEY": "bench",
        "AIHUBMIX_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "RUNNING_PER_PERSON": "64",
    }


if __name__ == "__main__":
    sys.exit(main())
