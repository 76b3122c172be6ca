"""Counts for budgets what was spent and set aside before there were any."""

from collections import defaultdict

from django.db import migrations
from django.db.models import Sum


def fill(apps, schema_editor):
    days = apps.get_model("generations", "DailySpend").objects.filter(group__is_demo=False)
    accounts = apps.get_model("generations", "BudgetAccount").objects
    sums = apps.get_model("generations", "BudgetSum").objects
    spent, held = defaultdict(int), defaultdict(int)
    names = ("day", "group__person", "group__project")
    rows = days.values_list(*names).annotate(Sum("spent"), Sum("held")).order_by()
    for day, person, project, day_spent, day_held in rows:
        keys = ["team", f"person:{person}", *([f"project:{project}"] if project else [])]
        for key in keys:
            spent[key, day] += day_spent
            held[key, day] += day_held
    accounts.bulk_create([accounts.model(key=key) for key in {key for key, _ in spent} | {"team"}])
    sums.bulk_create(
        [
            sums.model(account=key, day=day, spent=amount, held=held[key, day])
            for (key, day), amount in spent.items()
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("generations", "0027_budgets")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
