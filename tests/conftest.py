"""What every test may use. Ask for a fixture by naming it as an argument.

People (rows; each also has a signed-in client):

    ana, ben        two members                 as_ana, as_ben
    boss            staff                       as_boss
    guest           nobody: a client that is not signed in

    @pytest.mark.parametrize(("who", "status"), [("ana", 200), ("ben", 404), ("guest", 302)])
    def test_who_may_see_a_generation(client_of, ana, who, status):
        assert client_of(who).get(page_of(ana)).status_code == status

The world:

    demo            the demo provider (DemoServer), fresh for this test; settings.PROVIDERS has
                    it alone: demo.requests, demo.next_faults("rate-limit"), demo.base_url
    real_money      the one provider is not the demo: what it costs counts for budgets
    budget          makes a budget as staff do: budget(limit="0.02", person=ana)
    work            carries waiting attempts to their end, as a worker does: work() -> how many.
                    Ask for `transactional_db` beside it: threads see only what is committed
    redis_client    the Redis-compatible server of this test process (settings.REDIS_URL),
                    emptied for this test; the server itself always runs
    settings        pytest-django's: settings.SWEEP_SECONDS = 1 holds for this test alone
    tmp_path        a folder; settings.MEDIA_ROOT is always a folder of this test alone

Database tests carry `pytestmark = pytest.mark.django_db`, or `django_db(transaction=True)` where
threads or processes must see the rows; seeded rows (models, prices) are there in both.

In the browser (folder tests/browser; the marker `browser` is set there by itself):

    live_site       the site running for real on the test database, a web server and a worker as
                    own processes: live_site.url, live_site.demo, live_site.restart_worker()
    page            a tab that knows nobody; links may be relative: page.goto("/")
    open_tab        more tabs: open_tab(viewport={...}); with other options of a browser context
                    (java_script_enabled=False, permissions=[...]) in a window of its own
    sign_in         sign_in(page, ana) signs a person in without the form
    signed_in       a page of ana's browser; what it complains about fails the test

What is seen there is the same on any database: on PostgreSQL only tests marked `twice` run.

Tests run in any order, in several processes side by side, and never leave this machine: a
connection to any other address fails the test.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation

from tests.support import environment, templates

FOLDER = environment.prepare()
django.setup()
environment.name_test_database()
environment.save_time()

pytest_plugins = [
    "tests.support.cast",
    "tests.support.world",
    "tests.support.real_money",
    "tests.support.site",
]


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Asked by pytest-django: whether the test database is there before, as a copy."""
    return templates.copy()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_keepdb: bool, django_db_blocker: Any
) -> Iterator[None]:
    """Beside pytest-django's: tests that commit leave what the migrations wrote."""
    from tests.support import seeds

    with django_db_blocker.unblock():
        seeds.take_over()
        connections.close_all()
    yield
    if django_db_keepdb:
        templates.drop_copy()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """The processes that run the tests make their own surroundings, before Django looks."""
    os.environ.pop("DJANGO_SETTINGS_MODULE")


def pytest_collection_finish() -> None:
    """Looks for garbage seldom, and never among all tests and packages: an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def pytest_runtest_setup() -> None:
    """A page leaves its language behind in the thread that made it."""
    translation.activate(settings.LANGUAGE_CODE)


def pytest_unconfigure() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
