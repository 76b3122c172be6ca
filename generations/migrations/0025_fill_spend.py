"""Counts what the ledger had before the daily sums: groups, days, generations."""

from collections import Counter
from datetime import UTC
from decimal import Decimal
from hashlib import blake2b

from django.conf import settings
from django.db import migrations
from django.db.models import F, Q, QuerySet
from django.utils import timezone

CHUNK = 2000
MEASURES = ("lines", "prints", "calls", "spent", "held", "delivered", "kept")


def fill(apps, schema_editor):
    zone = apps.get_model("generations", "SpendZone").objects
    zone.create(pk=1, name=settings.TIME_ZONE)
    fill_groups(apps)
    fill_days(apps)
    fill_generations(apps)


def fill_groups(apps):
    attempts = apps.get_model("generations", "Attempt").objects
    lines = QuerySet(apps.get_model("generations", "LedgerEntry"))
    groups = apps.get_model("generations", "SpendGroup").objects
    names = ("requested_by", "provider", "model", "generation__project", "generation__is_demo")
    for row in attempts.order_by().values_list(*names).distinct():
        person, provider, model, project, is_demo = row
        group = groups.create(
            person_id=person, provider=provider, model=model, project_id=project, is_demo=is_demo
        )
        of_group = attempts.filter(**dict(zip(names, row, strict=True)))
        of_group.update(spend_group=group)
        lines.filter(attempt__spend_group=group).update(spend_group=group)


def fill_days(apps):
    lines = apps.get_model("generations", "LedgerEntry").objects
    days = apps.get_model("generations", "DailySpend").objects
    rows = {}
    facts = {"code": F("attempt__code"), "picture_count": F("attempt__picture_count")}
    for line in lines.annotate(**facts).order_by().iterator(chunk_size=CHUNK):
        add(rows, key_of(line), measures_of(line))
    charged = dict(lines.filter(kind="charge").values_list("attempt", "created_at"))
    images = apps.get_model("generations", "OutputImage").objects.filter(
        Q(is_in_gallery=True) | Q(trashed_at__isnull=False)
    )
    names = ("attempt", "attempt__spend_group", "created_at", "is_in_gallery")
    for attempt, group, created_at, is_kept in images.values_list(*names).iterator(CHUNK):
        day = team_day(charged.get(attempt, created_at))
        add(rows, (day, group, "", False), {"delivered": 1, "kept": int(is_kept)})
    days.bulk_create(
        [
            days.model(day=key[0], group_id=key[1], code=key[2], is_by_hand=key[3], **measures)
            for key, measures in rows.items()
        ],
        batch_size=500,
    )


def fill_generations(apps):
    lines = apps.get_model("generations", "LedgerEntry").objects
    spends = apps.get_model("generations", "GenerationSpend").objects
    costs, facts = Counter(), {}
    names = ("attempt__generation", "amount", "spend_group", "is_demo")
    names += ("attempt__generation__created_at",)
    charges = lines.exclude(kind__in=["hold", "release"]).order_by()
    for generation, amount, group, is_demo, created_at in charges.values_list(*names).iterator():
        costs[generation] += amount
        facts[generation] = {"group_id": group, "is_demo": is_demo, "day": team_day(created_at)}
    spends.bulk_create(
        [
            spends.model(generation_id=generation, spent=costs[generation], **said)
            for generation, said in facts.items()
        ],
        batch_size=500,
    )


def key_of(line):
    code = "" if line.kind in ("hold", "release") or line.picture_count else line.code
    return team_day(line.created_at), line.spend_group_id, code, line.entered_by_id is not None


def measures_of(line):
    is_held = line.kind in ("hold", "release")
    return {
        "lines": 1,
        "prints": print_of(line),
        "calls": int(line.kind == "charge"),
        "spent": Decimal(0) if is_held else line.amount,
        "held": line.amount if is_held else Decimal(0),
    }


def print_of(line):
    said = (
        line.pk,
        line.attempt_id,
        line.kind,
        f"{line.amount:.6f}",
        line.is_demo,
        line.reason,
        line.entered_by_id,
        line.created_at.astimezone(UTC).isoformat(),
    )
    digest = blake2b(repr([str(it) for it in said]).encode(), digest_size=5).digest()
    return int.from_bytes(digest)


def team_day(moment):
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def add(rows, key, measures):
    row = rows.setdefault(key, dict.fromkeys(MEASURES, 0))
    for name, amount in measures.items():
        row[name] += amount


class Migration(migrations.Migration):
    dependencies = [("generations", "0024_spend")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
