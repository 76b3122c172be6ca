"""How many connections to the database a test process has in use."""

from django.db import connection

from webapp.sqlite.idle import idle_connections, key_of


def connections_in_use() -> int:
    """By this process, its own one among them."""
    if connection.vendor == "sqlite":
        return len(idle_connections._users[key_of(connection.get_connection_params())])
    counted = connection.pool.get_stats()
    return int(counted["pool_size"] - counted["pool_available"])
