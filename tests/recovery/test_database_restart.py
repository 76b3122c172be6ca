"""PostgreSQL comes back after a restart: what it cut off is nobody's error page."""

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.team]

CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def test_connections_that_were_cut_are_not_handed_out(as_ana: Client):
    pool = connection.pool
    pool.resize(4, 8)
    pool.wait(timeout=30)
    with connection.cursor() as cursor:
        cursor.execute(CUT)
        assert len(cursor.fetchall()) >= 3
    for _ in range(8):
        connections.close_all()
        assert as_ana.get("/").status_code == 200
    assert User.objects.count() == 1
