"""The people of the tests; see tests/conftest.py."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.test import Client

from generations.views.presence import seen_key

PASSWORD = "correct-horse-battery"


def make_person(username: str, **facts: object) -> User:
    person = User(username=username, email=f"{username}@example.com", **facts)
    # Hashing a password takes longer than most tests; who needs one calls set_password
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def ana(db: None) -> User:
    """A member."""
    return make_person("ana", first_name="Ana")


@pytest.fixture
def ben(db: None) -> User:
    """Another member."""
    return make_person("ben", first_name="Ben")


@pytest.fixture
def boss(db: None) -> User:
    """Staff: sees costs and everybody's generations."""
    return make_person("boss", first_name="Bo", is_staff=True, is_superuser=True)


@pytest.fixture
def client_of(request: pytest.FixtureRequest) -> Callable[[User | str], Client]:
    """A client signed in as a person, given as the row or by name; "guest" is nobody."""

    def client_of(who: User | str) -> Client:
        client = Client()
        if who != "guest":
            _sign_in(client, request.getfixturevalue(who) if isinstance(who, str) else who)
        return client

    return client_of


def _sign_in(client: Client, person: User) -> None:
    """With the session that `force_login` leaves, without all that comes before and after it."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    # That a person is here was noted a moment ago, so that queries can be counted
    caches["process"].add(seen_key(session.session_key), 1)


@pytest.fixture
def as_ana(client_of: Callable[[User], Client], ana: User) -> Client:
    return client_of(ana)


@pytest.fixture
def as_ben(client_of: Callable[[User], Client], ben: User) -> Client:
    return client_of(ben)


@pytest.fixture
def as_boss(client_of: Callable[[User], Client], boss: User) -> Client:
    return client_of(boss)


@pytest.fixture
def guest() -> Client:
    """Nobody: a client that is not signed in."""
    return Client()
