"""Measures Proofsheet beside a bare script that makes the same calls; see `--help`."""

import argparse
import os
import shutil
import sys
from contextlib import ExitStack

import django

from tests.support import environment
from tests.support.processes import free_port, redis_process


def main() -> int:
    options = _parser().parse_args()
    if options.postgres and not _has_servers():
        return _stop("Set TEST_DATABASE_URL (and TEST_REDIS_URL) for --postgres.")
    if not options.postgres:
        for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL"):
            os.environ.pop(name, None)
    folder = environment.prepare()
    _set_up(port := free_port(), count=options.count)
    try:
        with ExitStack() as stack:
            if environment.has_own_redis():
                stack.enter_context(redis_process(folder))
            django.setup()
            environment.name_test_database()
            from tests.bench.measure import Measurement

            Measurement(options, folder=folder, provider_port=port).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--count", type=int, default=64, help="generations at once (64)")
    parser.add_argument("--seconds", type=float, default=2, help="what a call takes (2)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds on each route (3)")
    parser.add_argument("--route", choices=["images", "chat"], help="only this one")
    parser.add_argument("--web", action="store_true", help="submit to the web server, by HTTP")
    parser.add_argument(
        "--postgres",
        action="store_true",
        help="on the servers that TEST_DATABASE_URL and TEST_REDIS_URL name, instead of SQLite"
        " and the embedded server",
    )
    return parser


def _has_servers() -> bool:
    return bool(os.environ.get("TEST_DATABASE_URL"))


def _stop(line: str) -> int:
    sys.stderr.write(f"{line}\n")
    return 2


def _set_up(port: int, *, count: int) -> None:
    """What a person would write into .env, for all parts: a key, its address, the caps."""
    os.environ.pop("DATABASE_POOL", None)
    os.environ |= {
        "AIHUBMIX_API_KEY": "bench",
        "AIHUBMIX_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "RUNNING_PER_PERSON": str(count),
        "RUNNING_PER_PROVIDER": str(count),
        "WORKER_CONCURRENCY": str(max(count, 64)),
    }


if __name__ == "__main__":
    sys.exit(main())
