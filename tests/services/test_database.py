"""Long work outlasts a database that is away for a moment."""

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from generations.services import database

pytestmark = pytest.mark.django_db(transaction=True)

READ_ONLY = {"sqlite": "PRAGMA query_only = on", "postgresql": "SET TRANSACTION READ ONLY"}


def test_a_database_that_takes_no_writes_for_a_moment_is_waited_for(ana, monkeypatch):
    """As after a failover; what is paid for would be lost otherwise."""
    monkeypatch.setattr(database, "PAUSE_SECONDS", 0)
    tries = []

    def write():
        tries.append(1)
        with transaction.atomic(), connection.cursor() as cursor:
            if len(tries) == 1:
                cursor.execute(READ_ONLY[connection.vendor])
            User.objects.filter(id=ana.id).update(first_name="Ana")

    database.insist(write)
    ana.refresh_from_db()
    assert (ana.first_name, len(tries)) == ("Ana", 2)
