"""The world in which things break, its randomness, and the tables at the end.

    world           real workers on the test database: world.crew.start(), world.submit(), …
    rounds          how many random moments each stage gets: --rounds (20)

The seed of all randomness is printed, and given by --fault-seed.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from generations.providers.demo.server import DemoServer
from tests.faults.report import Report
from tests.faults.world import World, made_world

REPORT = pytest.StashKey[Report]()
SEED = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fault-seed", type=int, default=None)
    parser.addoption("--rounds", type=int, default=20)
    parser.addoption("--storm", type=int, default=0)


def pytest_configure(config: pytest.Config) -> None:
    seed = config.getoption("--fault-seed")
    config.stash[SEED] = random.SystemRandom().randrange(10**6) if seed is None else seed
    config.stash[REPORT] = Report()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    lines = config.stash[REPORT].lines()
    terminalreporter.section(f"faults on {connection.vendor}, seed {config.stash[SEED]}")
    for line in lines:
        terminalreporter.write_line(line)


@pytest.fixture
def rounds(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("--rounds"))


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Report:
    return pytestconfig.stash[REPORT]


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    return pytestconfig.stash[SEED]


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    transactional_db: None,
    redis_client: Any,
    demo: DemoServer,
    ana: User,
    settings: Any,
    tmp_path: Path,
) -> Iterator[World]:
    config = request.config
    # A seed of its own for each test, so that one test alone is random as in the whole run
    seed = hash((config.stash[SEED], *map(ord, request.node.name)))
    with made_world(
        user=ana,
        demo=demo,
        folder=tmp_path,
        media=Path(settings.MEDIA_ROOT),
        report=config.stash[REPORT],
        seed=seed,
    ) as world:
        yield world
