"""The site running for real, and the browser that looks at it; see tests/conftest.py."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from generations.models import Worker
from generations.providers.demo.server import DemoServer
from tests.support import templates
from tests.support.browser import CHROMIUM
from tests.support.processes import accepts, free_port, process, python, status_of, wait_until
from tests.support.world import demo_endpoint

EXPECT_SECONDS = 20


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: their driver keeps an event loop in the thread of the tests."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


class LiveSite:
    """A web server and a worker as own processes on the test database."""

    def __init__(self, demo: DemoServer) -> None:
        self.demo = demo
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = Path(django_settings.DATA_DIR)
        self.media = self.folder / "live-media"
        self.web_log = self.folder / "web.log"
        self.worker_log = self.folder / "worker.log"
        self._web = ExitStack()
        self._worker = ExitStack()
        self._worker_rows: list[Worker] = []
        self._is_working = False

    def start(self) -> None:
        self._start_web()
        self.start_worker()
        # The first answer loads all pages: nobody's test waits for that
        ready = f"{self.url}/readyz/"
        wait_until(lambda: status_of(ready) == 200, of=self.web, log=self.web_log, seconds=60)

    def stop(self) -> None:
        # Both take seconds, for calls and streams that may be open
        self.web.terminate()
        self.stop_worker()
        self._web.close()

    def start_worker(self) -> None:
        """Starts the worker and waits until it is ready."""
        celery = ["celery", "-A", "webapp", "worker", "-P", "threads", "-c", "8"]
        command = python("-m", *celery, "--without-gossip", "--without-mingle", "-l", "INFO")
        log = self.worker_log
        self.worker = self._worker.enter_context(
            process(command, log=log, environment=self._environment())
        )
        wait_until(lambda: "ready." in log.read_text(errors="replace"), of=self.worker, log=log)
        self._worker_rows = list(Worker.objects.filter(stopped_at=None))
        self._is_working = True

    def stop_worker(self) -> None:
        self._worker.close()
        self._is_working = False
        self.worker_log.unlink(missing_ok=True)

    def restart_worker(self) -> None:
        self.stop_worker()
        self.start_worker()

    def make_ready(self) -> None:
        """Before each test: the processes outlive the rows that the last test removed."""
        if self._is_working:
            Worker.objects.bulk_create(self._worker_rows, ignore_conflicts=True)
        else:
            self.start_worker()
        self.demo.reset()

    def _start_web(self) -> None:
        """As people get it: with collected files under hashed names."""
        if not templates.static_root():
            collect = [*python("manage.py"), "collectstatic", "--no-input", "--verbosity", "0"]
            subprocess.run(collect, check=True, env=os.environ | self._environment())
        command = python("-m", "uvicorn", "webapp.asgi:application", "--port", str(self.port))
        self.web = self._web.enter_context(
            process(command, log=self.web_log, environment=self._environment())
        )
        wait_until(lambda: accepts(self.port), of=self.web, log=self.web_log)

    def _environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": database_url(),
            "MEDIA_ROOT": str(self.media),
            "DEMO_BASE_URL": self.demo.base_url,
            "SWEEP_SECONDS": "2",
            "STATIC_HASHED": "on",
            "STATIC_ROOT": str(templates.static_root() or self.folder / "live-static"),
        }


def database_url() -> str:
    """The address of the test database, for other processes."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    host = facts["HOST"].replace("/", "%2F")
    person = f"{facts['USER']}:{facts['PASSWORD']}" if facts["PASSWORD"] else facts["USER"]
    return f"postgres://{person}@{host}:{facts['PORT'] or 5432}/{facts['NAME']}"


@pytest.fixture(scope="session")
def _beside_a_loop() -> None:
    """The browser's driver keeps an event loop in this thread, where Django wants none."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def _live_processes(
    django_db_setup: None,
    django_db_blocker: Any,
    _redis_server: None,
    demo_server: DemoServer,
    _beside_a_loop: None,
) -> Iterator[LiveSite]:
    site = LiveSite(demo_server)
    with django_db_blocker.unblock():
        site.start()
    _started.append(site)
    yield site
    _started.remove(site)
    site.stop()


_started: list[LiveSite] = []


@pytest.fixture(autouse=True)
def _undisturbed(request: pytest.FixtureRequest) -> None:
    """A test without the site has its rows to itself, also where it follows one with it."""
    if "live_site" not in request.fixturenames:
        for site in _started:
            site.stop_worker()


@pytest.fixture
def live_site(transactional_db: None, _live_processes: LiveSite, settings: Any) -> LiveSite:
    """The site running for real; see tests/conftest.py."""
    settings.MEDIA_ROOT = _live_processes.media
    settings.PROVIDERS = {"demo": demo_endpoint(_live_processes.demo)}
    _live_processes.make_ready()
    return _live_processes


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], _beside_a_loop: None
) -> dict[str, Any]:
    if not CHROMIUM.exists():
        # Where the project is judged, a browser test that does not run is a failure
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say(f"No browser: {CHROMIUM} is not installed")
    return browser_type_launch_args | {
        "executable_path": str(CHROMIUM),
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--in-process-gpu"],
    }


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], live_site: LiveSite
) -> dict[str, Any]:
    """So that links may be relative, and that a page always has the site behind it."""
    return browser_context_args | {"base_url": live_site.url}


@pytest.fixture(scope="session")
def _window(browser: Any, _live_processes: LiveSite) -> Iterator[Any]:
    """One for all tests: opening it takes longer than most of them, and it keeps the scripts."""
    from playwright.sync_api import expect

    # Who waits for what comes waits no longer; on a busy machine the usual 5 s are short
    expect.set_options(timeout=EXPECT_SECONDS * 1000)
    context = browser.new_context(base_url=_live_processes.url)
    yield context
    context.close()


@pytest.fixture
def open_tab(live_site: LiveSite, browser: Any, _window: Any) -> Iterator[Callable[..., Any]]:
    """open_tab() is a new tab that knows nobody; with options of a context, in one of its own."""
    own: list[Any] = []

    def open_tab(*, viewport: dict[str, int] | None = None, **options: Any) -> Any:
        context = _window
        if options:
            context = browser.new_context(base_url=live_site.url, **options)
            own.append(context)
        page = context.new_page()
        if viewport:
            page.set_viewport_size(viewport)
        return page

    yield open_tab
    for context in own:
        context.close()
    _forget_all(_window, origin=live_site.url)


def _forget_all(window: Any, *, origin: str) -> None:
    """As if the window were new, but for the files of the site that it has loaded."""
    window.set_offline(False)
    if window.pages:
        storage = {"origin": origin, "storageTypes": "all"}
        window.new_cdp_session(window.pages[0]).send("Storage.clearDataForOrigin", storage)
    for page in window.pages:
        page.close()
    window.unroute_all()
    window.clear_cookies()


@pytest.fixture
def page(open_tab: Callable[..., Any]) -> Any:
    """In place of pytest-playwright's, which opens a window for each test."""
    return open_tab()


@pytest.fixture
def sign_in(live_site: LiveSite) -> Callable[[Any, User], None]:
    """Signs a person in to the site, without the form."""

    def sign_in(page: Any, person: User) -> None:
        client = Client()
        client.force_login(person)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_site.url}]
        )

    return sign_in


@pytest.fixture
def signed_in(page: Any, ana: User, sign_in: Any) -> Iterator[Any]:
    """Ana's browser page; what the page complains about fails the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, ana)
    yield page
    page.close()
    assert complaints == []
