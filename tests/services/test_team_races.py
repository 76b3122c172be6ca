"""Two of the staff at the same moment: somebody is always left, and a link makes one account."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from generations.models import Invitation
from generations.services.team.accounts import AccountRefused
from generations.services.team.invitations import InvitationGone, accept_invitation, invite
from generations.services.team.people import LastStaff, change_role, deactivate_person
from tests.support.cast import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[bool]:
    """Does all of them side by side; whether each was done."""

    def done(act: Callable[[], Any]) -> bool:
        try:
            act()
        except (LastStaff, InvitationGone, AccountRefused):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(done, acts))


def test_of_staff_who_send_each_other_away_one_stays(boss: User):
    lead, chief = (make_person(name, is_staff=True) for name in ("lead", "chief"))
    done = at_once(
        lambda: change_role(person=boss, is_staff=False, by=lead),
        lambda: deactivate_person(person=lead, by=chief),
        lambda: change_role(person=chief, is_staff=False, by=boss),
    )
    assert sorted(done) == [False, True, True]
    assert User.objects.filter(is_staff=True, is_active=True).count() == 1


def test_a_link_that_several_accept_at_once_makes_one_account(boss: User):
    invitation, _token = invite(by=boss, days=7)
    done = at_once(
        *(
            lambda name=name: accept_invitation(  # type: ignore[misc]
                invitation=invitation, username=name, name=name, password=None
            )
            for name in ("eve", "adam", "cain")
        )
    )
    assert done.count(True) == 1
    assert User.objects.count() == 2
    assert Invitation.objects.get().accepted_by != boss
