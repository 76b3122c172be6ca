"""An index of all pieces of three characters of every search text, kept by the database itself."""

from django.db import migrations

# The pieces as they are, in any script and any locale, which pg_trgm would not index:
# docs/decisions/0011-search.md. Without a list of entries to be added later, which every
# search would have to read through
POSTGRESQL = [
    """
    CREATE FUNCTION search_pieces(body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
        SELECT array_to_tsvector(ARRAY(
            SELECT a || b || c
            FROM ROWS FROM (
                unnest(string_to_array(body, NULL)),
                unnest((string_to_array(body, NULL))[2:]),
                unnest((string_to_array(body, NULL))[3:])
            ) AS pieces(a, b, c)
            WHERE c IS NOT NULL
        ))
    $$
    """,
    """
    CREATE INDEX generations_searchtext_pieces ON generations_searchtext
    USING gin (search_pieces(text)) WITH (fastupdate = off)
    """,
]
POSTGRESQL_BACK = [
    "DROP INDEX generations_searchtext_pieces",
    "DROP FUNCTION search_pieces(text)",
]

SQLITE = [
    """
    CREATE VIRTUAL TABLE search_pieces USING fts5(
        text, content = 'generations_searchtext', content_rowid = 'image_id',
        tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0
    )
    """,
    "CREATE VIRTUAL TABLE search_pieces_rows USING fts5vocab(search_pieces, instance)",
    """
    CREATE TRIGGER search_text_added AFTER INSERT ON generations_searchtext BEGIN
        INSERT INTO search_pieces (rowid, text) VALUES (new.image_id, new.text);
    END
    """,
    """
    CREATE TRIGGER search_text_removed AFTER DELETE ON generations_searchtext BEGIN
        INSERT INTO search_pieces (search_pieces, rowid, text)
        VALUES ('delete', old.image_id, old.text);
    END
    """,
    """
    CREATE TRIGGER search_text_changed AFTER UPDATE ON generations_searchtext BEGIN
        INSERT INTO search_pieces (search_pieces, rowid, text)
        VALUES ('delete', old.image_id, old.text);
        INSERT INTO search_pieces (rowid, text) VALUES (new.image_id, new.text);
    END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER search_text_added",
    "DROP TRIGGER search_text_removed",
    "DROP TRIGGER search_text_changed",
    "DROP TABLE search_pieces_rows",
    "DROP TABLE search_pieces",
]


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_BACK if is_sqlite else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("generations", "0010_gallery_filters")]

    operations = [migrations.RunPython(add, remove)]
