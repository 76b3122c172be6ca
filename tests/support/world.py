"""What surrounds the product in tests: servers, folders, the borders; see tests/conftest.py."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings

from generations.providers.base import Endpoint
from generations.providers.demo.server import DemoServer
from tests.support import environment
from tests.support.network import only_loopback
from tests.support.processes import redis_process


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks tests by what they use; those that have no database run once."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker("browser")
    if "long" not in (config.option.markexpr or ""):
        _leave_out(config, items, lambda item: bool(item.get_closest_marker("long")))
    if environment.is_on_postgres():
        _leave_out(config, items, _runs_once)
    else:
        _leave_out(config, items, lambda item: bool(item.get_closest_marker("team")))
        _keep_part(config, items)


def _keep_part(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make test` has the tests with a browser apart from the others."""
    if environment.part() == "browser":
        _leave_out(config, items, lambda item: not item.get_closest_marker("browser"))
    elif environment.part() == "rest":
        _leave_out(config, items, lambda item: bool(item.get_closest_marker("browser")))


def _leave_out(
    config: pytest.Config, items: list[pytest.Item], is_left_out: Callable[[pytest.Item], bool]
) -> None:
    left_out = [item for item in items if is_left_out(item)]
    items[:] = [item for item in items if not is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)


def _runs_once(item: pytest.Item) -> bool:
    """Whether the run on SQLite is enough."""
    marks = {mark.name for mark in item.iter_markers()}
    return "twice" not in marks and (not marks.isdisjoint({"once", "browser"}) or not _stores(item))


def _stores(item: pytest.Item) -> bool:
    """Whether a test has rows, or a Redis-compatible server, at all."""
    fixtures = {"db", "transactional_db", "live_site", "redis_client"}
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(names)


@pytest.fixture(autouse=True, scope="session")
def _redis_server() -> Iterator[None]:
    if not environment.has_own_redis():
        yield
        return
    with redis_process(Path(django_settings.DATA_DIR)):
        yield


@pytest.fixture
def redis_client() -> Iterator[redis.Redis]:
    """The Redis-compatible server of this process, emptied."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        client.flushdb()
        yield client


@pytest.fixture(autouse=True)
def _media(settings: Any) -> None:
    # Made where a test keeps a file at all: most do not
    settings.MEDIA_ROOT = Path(django_settings.DATA_DIR) / f"media-{next(_numbers)}"


_numbers = count()


@pytest.fixture(autouse=True)
def _only_here(request: pytest.FixtureRequest) -> Iterator[None]:
    with only_loopback() as tried:
        yield
    if not request.node.get_closest_marker("outside"):
        assert not tried, f"This test left the machine: {tried}"


@pytest.fixture(scope="session")
def demo_server() -> Iterator[DemoServer]:
    """The demo provider of this test process; use `demo`."""
    with DemoServer() as server:
        yield server


@pytest.fixture
def demo(demo_server: DemoServer, settings: Any) -> Iterator[DemoServer]:
    """The demo provider, with nothing recorded and no faults, as the only provider."""
    demo_server.reset()
    settings.PROVIDERS = {"demo": demo_endpoint(demo_server)}
    yield demo_server
    demo_server.release()
    demo_server.reset()


def demo_endpoint(server: DemoServer) -> Endpoint:
    return Endpoint(name="demo", base_url=server.base_url, api_key="demo", is_demo=True)


@pytest.fixture
def work(transactional_db: None) -> Iterator[Callable[[], int]]:
    """Carries waiting attempts to their end in this thread, one after another."""
    from generations.services.attempts.run import run_next
    from generations.services.workers import WorkerProcess

    worker = WorkerProcess()

    def work() -> int:
        if worker.id is None:
            worker.register()
        carried = 0
        while run_next(worker) is not None:
            carried += 1
        return carried

    yield work
    worker.stop()
