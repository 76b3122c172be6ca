"""Measures the health of the models over very many attempts; see `--help`."""

import argparse
import sys
from contextlib import ExitStack

from tests.bench.__main__ import begin, prepare


def main() -> int:
    options = _parser().parse_args()
    with ExitStack() as stack:
        begin(stack, prepare(stack, is_postgres=options.postgres))
        from tests.bench.health.measure import measure

        measure(attempts=options.attempts, days=options.days, times=options.times)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.health", description=__doc__)
    parser.add_argument("--attempts", type=int, default=200_000, help="attempts (200,000)")
    parser.add_argument("--days", type=int, default=365, help="over which they lie (365)")
    parser.add_argument("--times", type=int, default=40, help="how often it is read (40)")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    return parser


if __name__ == "__main__":
    sys.exit(main())
