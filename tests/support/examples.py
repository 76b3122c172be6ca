"""How many examples a property test tries that keeps its rows in the database."""

import math
import os

from tests.support.environment import is_on_postgres

# `make large` tries ten times as many
TIMES = int(os.environ.get("TEST_EXAMPLES") or 1)


def examples(count: int) -> int:
    """The number for SQLite; on PostgreSQL, where each takes longer, half of it."""
    return TIMES * (math.ceil(count / 2) if is_on_postgres() else count)
