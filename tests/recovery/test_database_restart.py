"""PostgreSQL comes back after a restart: what it cut off is nobody's error page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.team]

CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def fresh_pool() -> Iterator[Any]:
    """As a web process has it after its start, whatever tests before this one left."""
    connections.close_all()
    connection.close_pool()
    connection.ensure_connection()
    connection.pool.wait(timeout=30)
    yield connection.pool
    connections.close_all()
    connection.close_pool()


def test_connections_that_were_cut_are_not_handed_out(as_ana: Client, fresh_pool: Any):
    with connection.cursor() as cursor:
        cursor.execute(CUT)
        assert cursor.fetchall()
    for _ in range(8):
        connections.close_all()
        assert as_ana.get("/").status_code == 200
    assert User.objects.count() == 1
