"""Real workers on the test database: world.crew.start(), world.submit(), world.verify()."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from generations.providers.demo.server import DemoServer
from tests.faults.report import Report
from tests.faults.world import World, made_world


@pytest.fixture
def world(
    transactional_db: None,
    redis_client: Any,
    demo: DemoServer,
    ana: User,
    settings: Any,
    tmp_path: Path,
) -> Iterator[World]:
    with made_world(
        user=ana,
        demo=demo,
        folder=tmp_path,
        media=Path(settings.MEDIA_ROOT),
        report=Report(),
        seed=random.randrange(10**6),
    ) as world:
        yield world
