"""Measures many streaming calls at once, from the provider to browsers; see `--help`."""

import argparse
import os
import sys
from contextlib import ExitStack

from tests.bench.__main__ import begin, prepare
from tests.support.processes import free_port

# As many as tests/bench/streams/site.py starts
WORKERS = 2


def main() -> int:
    options = _parser().parse_args()
    with ExitStack() as stack:
        folder = prepare(stack, is_postgres=options.postgres)
        _set_up(port := free_port(), options)
        begin(stack, folder)
        from tests.bench.streams.measure import measure

        return measure(options, folder=folder, provider_port=port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.streams", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="calls in flight at once (500)")
    parser.add_argument("--people", type=int, default=25, help="who asked for them (25)")
    parser.add_argument("--seconds", type=float, default=60, help="what a call takes (60)")
    parser.add_argument("--ramp", type=float, default=30, help="within so many they come (30)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (3)")
    parser.add_argument("--cards", action="store_true", help="pages ask for changed cards, too")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    return parser


def _set_up(port: int, options: argparse.Namespace) -> None:
    """What a person would write into .env for so many calls."""
    os.environ.pop("DATABASE_POOL", None)
    os.environ |= {
        "AIHUBMIX_API_KEY": "bench",
        "AIHUBMIX_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "RUNNING_PER_PERSON": str(-(-options.count // options.people)),
        "RUNNING_PER_PROVIDER": str(options.count),
        "WORKER_CONCURRENCY": str(-(-options.count // WORKERS)),
    }


if __name__ == "__main__":
    sys.exit(main())
