"""The same stories as `filling`, told by PostgreSQL itself: millions of rows in minutes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model

from generations.models import Attempt, Generation, LedgerEntry, OutputImage

# What happened, a row each: who asked when for what, what it cost, why nothing came of it
STORY = """
    CREATE TEMP TABLE story AS
    SELECT n, gen_random_uuid() AS generation, gen_random_uuid() AS attempt,
        %(start)s::timestamptz + n * %(step)s * interval '1 second' AS moment,
        (%(people)s::int[])[1 + least(floor(-ln(1 - random()) * %(spread)s), %(last)s)::int]
            AS person,
        (%(models)s::text[])[1 + floor(random() * %(model_count)s)::int] AS image_model,
        (%(projects)s::uuid[])[floor(random() * %(project_count)s)::int] AS project,
        (%(costs)s::numeric[])[1 + floor(power(random(), 2) * %(cost_count)s)::int] AS cost,
        CASE WHEN random() < 0.05
            THEN (%(codes)s::text[])[1 + floor(random() * %(code_count)s)::int] ELSE '' END AS code,
        1 + (random() < 0.33)::int AS pictures
    FROM generate_series(0, %(count)s - 1) AS n
"""
GROUPS = """
    INSERT INTO generations_spendgroup (person_id, provider, model, project_id, is_demo)
    SELECT DISTINCT person, split_part(image_model, '/', 1), split_part(image_model, '/', 2),
        project, false
    FROM story
"""
TOLD = """
    CREATE TEMP TABLE told AS
    SELECT story.*, groups.id AS spend_group, groups.provider, groups.model,
        story.moment + interval '30 seconds' AS ended
    FROM story JOIN generations_spendgroup AS groups
        ON groups.person_id = person AND groups.project_id IS NOT DISTINCT FROM project
        AND groups.provider || '/' || groups.model = image_model
"""
LINES = """told CROSS JOIN (VALUES ('hold', 1), ('release', -1), ('charge', 1)) AS kinds(kind, sign)
    ORDER BY n"""
IMAGES = """told CROSS JOIN generate_series(0, 1) AS places(place)
    WHERE code = '' AND place < pictures ORDER BY n"""

SUMS = """
    INSERT INTO {table} (day, group_id, code, is_by_hand, lines, prints, calls, spent, held,
        delivered, kept)
    SELECT {day}, spend_group, code, false, sum(lines), 0, sum(calls), sum(spent), sum(held),
        sum(delivered), sum(kept)
    FROM (
        SELECT (moment AT TIME ZONE '{zone}')::date AS day, spend_group, '' AS code, 1 AS lines,
            0 AS calls, 0 AS spent, cost * 1000000 AS held, 0 AS delivered, 0 AS kept
        FROM told
        UNION ALL
        SELECT (ended AT TIME ZONE '{zone}')::date, spend_group, '', 1,
            0, 0, -cost * 1000000, (code = '')::int * pictures,
            (code = '' AND n % 7 > 0)::int * pictures
        FROM told
        UNION ALL
        SELECT (ended AT TIME ZONE '{zone}')::date, spend_group, code, 1,
            1, cost * 1000000, 0, 0, 0
        FROM told
    ) AS counted
    GROUP BY 1, 2, 3
    ORDER BY 1
"""
GENERATION_SUMS = """
    INSERT INTO generations_generationspend (generation_id, group_id, is_demo, day, spent)
    SELECT generation, spend_group, false, (moment AT TIME ZONE '{zone}')::date, cost * 1000000
    FROM told
"""

Columns = dict[str, str]
MADE: list[tuple[type[Model], str, Columns]] = [
    (
        Generation,
        "told",
        {
            "id": "generation",
            "requested_by_id": "person",
            "submission_key": "n::text",
            "status": "'succeeded'",
            "provider": "provider",
            "model": "model",
            "project_id": "project",
            "prompt": "'A story of a kestrel in soft light, number ' || n",
            "created_at": "moment",
            "finished_at": "ended",
        },
    ),
    (
        Attempt,
        "told",
        {
            "id": "attempt",
            "generation_id": "generation",
            "slot": "0",
            "status": "CASE WHEN code = '' THEN 'succeeded' ELSE 'failed' END",
            "requested_by_id": "person",
            "provider": "provider",
            "model": "model",
            "spend_group_id": "spend_group",
            "created_at": "moment",
            "sent_at": "moment",
            "finished_at": "ended",
            "charged": "'yes'",
            "code": "code",
            "picture_count": "CASE WHEN code = '' THEN pictures ELSE 0 END",
            "estimate": "cost",
            "cost": "cost",
        },
    ),
    (
        LedgerEntry,
        LINES,
        {
            "attempt_id": "attempt",
            "kind": "kind",
            "amount": "sign * cost",
            "spend_group_id": "spend_group",
            "created_at": "CASE WHEN kind = 'hold' THEN moment ELSE ended END",
        },
    ),
    (
        OutputImage,
        IMAGES,
        {
            "uuid": "gen_random_uuid()",
            "generation_id": "generation",
            "attempt_id": "attempt",
            "position": "place",
            "file": "'originals/' || n",
            "thumbnail": "'thumbnails/' || n",
            "placeholder": "''",
            "sha256": "md5(n::text)",
            "content_type": "'image/png'",
            "byte_size": "1500000",
            "width": "1024",
            "height": "1024",
            "cost": "cost / pictures",
            "created_at": "ended",
            "is_in_gallery": "n %% 7 > 0",
            "trashed_at": "CASE WHEN n %% 7 = 0 THEN ended END",
            "requested_by_id": "person",
            "image_model": "image_model",
            "ratio": "'square'",
        },
    ),
]


def fill_by_sql(facts: dict[str, Any]) -> None:
    """`facts` are the values of STORY. The sums have no prints of their lines: see `rebuild`."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute(STORY, facts)
        cursor.execute(GROUPS)
        cursor.execute("ANALYZE story")
        cursor.execute(TOLD)
        for model, source, columns in MADE:
            _insert(cursor, model, source, columns)
        zone = {"zone": settings.TIME_ZONE}
        for table, day in [("daily", "day"), ("monthly", "date_trunc('month', day)::date")]:
            name = f"generations_{table}spend"
            cursor.execute(SUMS.format(table=name, day=day, **zone))
        cursor.execute(GENERATION_SUMS.format(**zone))
        cursor.execute("RESET session_replication_role")
        cursor.execute("ANALYZE")


def _insert(cursor: Any, model: type[Model], source: str, columns: Columns) -> None:
    """With the model's own defaults where nothing is said; indexes are made once, afterwards."""
    names, values, defaults = [], [], []
    for field in model._meta.concrete_fields:
        if field.column in columns:
            values.append(columns[field.column])
        elif field.primary_key:
            continue
        else:
            values.append("%s")
            default = field.get_default()
            defaults.append(field.get_db_prep_save(default, connection))
        names.append(connection.ops.quote_name(field.column))
    table = connection.ops.quote_name(model._meta.db_table)
    with _without_indexes(cursor, model._meta.db_table):
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source}",
            defaults,
        )


@contextmanager
def _without_indexes(cursor: Any, table: str) -> Iterator[None]:
    """Plain indexes of a table are dropped, and made again at the end."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
        " AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
        [table],
    )
    found = cursor.fetchall()
    for name, _made in found:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, made in found:
        cursor.execute(made)
