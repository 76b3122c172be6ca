"""Measures the costs pages with very many ledger lines; see `--help`."""

import argparse
import os
import shutil
import sys
from contextlib import ExitStack

import django

from tests.support import environment
from tests.support.postgres import postgres_server
from tests.support.processes import redis_process

MANY = {"sqlite": 100_000, "postgresql": 5_000_000}


def main() -> int:
    options = _parser().parse_args()
    with ExitStack() as stack:
        _choose_database(stack, is_postgres=options.postgres)
        folder = environment.prepare()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if environment.has_own_redis():
            stack.enter_context(redis_process(folder))
        django.setup()
        environment.name_test_database()
        from django.db import connection

        from tests.bench.costs.measurement import measure

        many = options.lines or MANY[connection.vendor]
        measure(lines=many, times=options.times, is_checked=options.check)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.costs", description=__doc__)
    parser.add_argument("--lines", type=int, help="how many ledger lines, over a year")
    parser.add_argument("--times", type=int, default=40, help="answers of each page (40)")
    parser.add_argument("--check", action="store_true", help="then check the sums, in minutes")
    parser.add_argument(
        "--postgres",
        action="store_true",
        help="on PostgreSQL (the one that TEST_DATABASE_URL names, else one of our own) with"
        " 5,000,000 lines, instead of SQLite with 100,000",
    )
    return parser


def _choose_database(stack: ExitStack, *, is_postgres: bool) -> None:
    if not is_postgres:
        os.environ |= {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
    elif not os.environ.get("TEST_DATABASE_URL"):
        os.environ["TEST_DATABASE_URL"] = stack.enter_context(postgres_server())


if __name__ == "__main__":
    sys.exit(main())
