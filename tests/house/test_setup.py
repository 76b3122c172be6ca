"""The first staff account: nobody makes it without the link, and nobody makes a second one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection

from generations.services.setup import (
    SetupRefused,
    claim_setup,
    is_setup_token,
    make_first_staff,
    setup_link_token,
)

PASSWORD = "correct-horse-battery"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def claim(token: str, username: str = "boss", password: str = PASSWORD) -> User:
    return claim_setup(token=token, username=username, password=password)


def test_the_link_makes_the_first_staff_account():
    person = claim(setup_link_token())
    assert person.is_staff
    assert person.check_password(PASSWORD)


def test_the_link_works_once():
    token = setup_link_token()
    claim(token)
    with pytest.raises(SetupRefused):
        claim(token, username="second")
    assert User.objects.count() == 1


def test_a_new_link_makes_the_one_before_it_void():
    first, second = setup_link_token(), setup_link_token()
    assert not is_setup_token(first)
    assert is_setup_token(second)


def test_a_guessed_link_does_nothing():
    setup_link_token()
    with pytest.raises(SetupRefused):
        claim("guessed")
    assert not User.objects.exists()


def test_the_token_itself_is_not_kept(settings):
    token = setup_link_token()
    kept = [path.read_text() for path in settings.DATA_DIR.iterdir()]
    assert kept
    assert all(token not in text for text in kept)


def test_there_is_no_link_once_there_is_staff(boss):
    assert setup_link_token() is None


def test_the_link_is_dead_as_soon_as_there_is_staff(request):
    token = setup_link_token()
    request.getfixturevalue("boss")
    with pytest.raises(SetupRefused):
        claim(token, username="second")


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("boss", "short", "password"),
        ("boss", "1234567890123", "password"),
        ("", PASSWORD, "username"),
        ("no spaces please", PASSWORD, "username"),
    ],
)
def test_a_refused_account_leaves_the_link_alive(username, password, field):
    token = setup_link_token()
    with pytest.raises(SetupRefused) as refused:
        claim(token, username, password)
    assert refused.value.field == field
    assert claim(token).is_staff


def test_a_taken_name_leaves_the_link_alive(ana):
    token = setup_link_token()
    with pytest.raises(SetupRefused):
        claim(token, username="ana")
    assert claim(token).is_staff


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_make_one_account():
    token = setup_link_token()

    def one(name: str) -> str:
        try:
            return claim(token, username=name).username
        except SetupRefused:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = [name for name in pool.map(one, ["a1", "b2", "c3", "d4"]) if name]
    assert [person.username for person in User.objects.all()] == made
    assert len(made) == 1


def test_unattended_it_is_made_once(boss):
    assert make_first_staff(username="second", password=PASSWORD) is None
    assert not User.objects.filter(username="second").exists()
