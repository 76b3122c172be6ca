"""Adds the sums of days up to those of months."""

from django.db import migrations
from django.db.models import Sum
from django.db.models.functions import TruncMonth

MEASURES = ("lines", "prints", "calls", "spent", "held", "delivered", "kept")


def fill(apps, schema_editor):
    days = apps.get_model("generations", "DailySpend").objects
    months = apps.get_model("generations", "MonthlySpend").objects
    rows = days.values_list(TruncMonth("day"), "group", "code", "is_by_hand").order_by()
    found = rows.annotate(*[Sum(name) for name in MEASURES])
    months.bulk_create(
        [
            months.model(
                day=day,
                group_id=group,
                code=code,
                is_by_hand=is_by_hand,
                **dict(zip(MEASURES, sums, strict=True)),
            )
            for day, group, code, is_by_hand, *sums in found.iterator()
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("generations", "0035_monthly_spend")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
