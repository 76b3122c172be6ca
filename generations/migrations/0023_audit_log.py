"""The audit log; the database itself refuses to change or delete its lines."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

POSTGRESQL = [
    """
    CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'The audit log only grows.'; END
    $$
    """,
    """
    CREATE TRIGGER audit_log_unchanged BEFORE UPDATE OR DELETE ON generations_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_log_only_grows()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER audit_log_unchanged ON generations_auditentry",
    "DROP FUNCTION audit_log_only_grows()",
]

SQLITE = [
    """
    CREATE TRIGGER audit_log_unchanged BEFORE UPDATE ON generations_auditentry
    BEGIN SELECT RAISE(ABORT, 'The audit log only grows.'); END
    """,
    """
    CREATE TRIGGER audit_log_undeleted BEFORE DELETE ON generations_auditentry
    BEGIN SELECT RAISE(ABORT, 'The audit log only grows.'); END
    """,
]
SQLITE_BACK = ["DROP TRIGGER audit_log_unchanged", "DROP TRIGGER audit_log_undeleted"]


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_BACK if is_sqlite else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0022_mails"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("action", models.CharField(max_length=40)),
                ("subject_kind", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.CharField(blank=True, max_length=64)),
                ("subject_label", models.CharField(blank=True, max_length=200)),
                ("details", models.JSONField(blank=True, default=dict)),
                ("address", models.GenericIPAddressField(blank=True, null=True)),
                ("search_text", models.TextField(blank=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["at", "id"], name="audit_by_time"),
                    models.Index(fields=["actor", "at", "id"], name="audit_by_actor"),
                    models.Index(fields=["action", "at", "id"], name="audit_by_action"),
                    models.Index(
                        fields=["subject_kind", "subject_id", "at", "id"], name="audit_by_subject"
                    ),
                ],
            },
        ),
        migrations.RunPython(add, remove),
    ]
