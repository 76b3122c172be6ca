"""Measures Proofsheet beside a bare script that makes the same calls; see `--help`."""

import argparse
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import django

from tests.support import environment
from tests.support.postgres import postgres_server
from tests.support.processes import free_port, redis_process


def main() -> int:
    options = _parser().parse_args()
    with ExitStack() as stack:
        folder = prepare(stack, is_postgres=options.postgres)
        _set_up(port := free_port(), count=options.count)
        begin(stack, folder)
        from tests.bench.measure import Measurement

        Measurement(options, folder=folder, provider_port=port).run()
    parts = [("streams", options.streams), ("guests", options.guests)]
    return max([_measure(part, count, options) for part, count in parts if count], default=0)


def _measure(part: str, count: int, options: argparse.Namespace) -> int:
    """On surroundings of its own, with other settings."""
    counted = {"streams": "--count", "guests": "--guests"}[part]
    command = [sys.executable, "-m", f"tests.bench.{part}", counted, str(count)]
    command += ["--postgres"] if options.postgres else []
    sys.stdout.write("\n")
    sys.stdout.flush()
    return subprocess.run(command, cwd=environment.ROOT, check=False).returncode


def prepare(stack: ExitStack, *, is_postgres: bool) -> Path:
    """The surroundings of a measurement, in a folder that is gone after it."""
    _choose_servers(stack, is_postgres=is_postgres)
    folder = environment.prepare()
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def begin(stack: ExitStack, folder: Path) -> None:
    """Django on these surroundings, once everything in them is set."""
    if environment.has_own_redis():
        stack.enter_context(redis_process(folder))
    django.setup()
    environment.name_test_database()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--count", type=int, default=64, help="generations at once (64)")
    parser.add_argument("--seconds", type=float, default=2, help="what a call takes (2)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds on each route (3)")
    parser.add_argument("--route", choices=["images", "chat"], help="only this one")
    parser.add_argument(
        "--streams",
        type=int,
        default=500,
        help="then so many streaming calls at once, seen from browsers (500; 0: none)",
    )
    parser.add_argument(
        "--guests",
        type=int,
        default=100,
        help="then so many guests on a share link of 200 pictures, while generations run"
        " (100; 0: none)",
    )
    parser.add_argument("--web", action="store_true", help="submit to the web server, by HTTP")
    parser.add_argument(
        "--postgres",
        action="store_true",
        help="on PostgreSQL (the one that TEST_DATABASE_URL names, else one of our own) and the"
        " Redis that TEST_REDIS_URL names, instead of SQLite and the embedded server",
    )
    return parser


def _choose_servers(stack: ExitStack, *, is_postgres: bool) -> None:
    if not is_postgres:
        os.environ |= {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
    elif not os.environ.get("TEST_DATABASE_URL"):
        os.environ["TEST_DATABASE_URL"] = stack.enter_context(postgres_server())


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
