"""Counts a call with its first line that costs: also where that is a correction, not a charge."""

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone


def fill(apps, schema_editor):
    lines = apps.get_model("generations", "LedgerEntry").objects.order_by()
    days = apps.get_model("generations", "DailySpend").objects
    months = apps.get_model("generations", "MonthlySpend").objects
    before = lines.filter(
        attempt=OuterRef("attempt"), pk__lt=OuterRef("pk"), kind__in=["charge", "adjustment"]
    )
    first = lines.filter(~Exists(before), kind="adjustment")
    later = lines.filter(Exists(before.filter(kind="adjustment")), kind="charge")
    facts = {"code": F("attempt__code"), "picture_count": F("attempt__picture_count")}
    for found, change in ((first, 1), (later, -1)):
        for line in found.annotate(**facts).iterator(chunk_size=2000):
            day = timezone.localtime(line.created_at, timezone.get_default_timezone()).date()
            of = Q(
                group=line.spend_group_id,
                code="" if line.picture_count else line.code,
                is_by_hand=line.entered_by_id is not None,
            )
            for sums, first_day in ((days, day), (months, day.replace(day=1))):
                sums.filter(of, day=first_day).update(calls=F("calls") + change)


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0041_the_past_summed_up"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
