"""Sums of the ledger, kept beside it: docs/decisions/0016-daily-sums.md."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models

from generations.models.fields import ExactMoneyField
from generations.models.generation import Generation
from generations.models.project import Project


class SpendGroup(models.Model):
    """Who spends on what: a person, with a model, for a project, in real or in demo money.

    Every attempt and every ledger line belongs to one, for good.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=100)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "provider", "model", "is_demo", "project"],
                condition=models.Q(project__isnull=False),
                name="one_group_for_a_project",
            ),
            models.UniqueConstraint(
                fields=["person", "provider", "model", "is_demo"],
                condition=models.Q(project=None),
                name="one_group_without_a_project",
            ),
        ]


class SpendSums(models.Model):
    """The sums of a group's ledger lines of some days of the team's time zone.

    `code` says why no picture came, empty where one did or still may; holds and releases count
    under no code. What people book stands apart (`is_by_hand`), so that a long import never
    keeps a worker from booking. `prints` adds up what the lines look like, so that a line that was
    changed is found even where the sums agree. `calls` counts an attempt once, with its first line
    that costs: a charge, or a correction where there was none. `delivered` counts pictures on the
    day on which their call was charged, `kept` those of them that are not in the trash. USD.
    """

    day = models.DateField()
    group = models.ForeignKey(
        SpendGroup, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=40, blank=True)
    is_by_hand = models.BooleanField(default=False)

    lines = models.IntegerField(default=0)
    prints = models.BigIntegerField(default=0)
    calls = models.IntegerField(default=0)
    spent = ExactMoneyField(default=Decimal(0))
    held = ExactMoneyField(default=Decimal(0))
    delivered = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)

    MEASURES = ("lines", "prints", "calls", "spent", "held", "delivered", "kept")

    class Meta:
        abstract = True


class DailySpend(SpendSums):
    """The sums of one day."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "group", "code", "is_by_hand"], name="one_sum_a_day"
            )
        ]
        indexes = [models.Index(fields=["group", "day"], name="days_of_a_group")]


class MonthlySpend(SpendSums):
    """The sums of one month, under its first day: what a year is read from."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "group", "code", "is_by_hand"], name="one_sum_a_month"
            )
        ]
        indexes = [models.Index(fields=["group", "day"], name="months_of_a_group")]


class PastSpend(models.Model):
    """The few sums of a day or a month that is over, in all: what pages read instead of groups.

    `of` says by what: person, model (provider/name), project (empty without one), or the code of
    calls that brought no picture. They are worked out from the sums of groups afterwards, and hold
    good while no `PastSpendChange` stands beside them. `nothing` of what was spent went for
    `failed` of the calls. USD.
    """

    class Span(models.TextChoices):
        DAY = "day"
        MONTH = "month"

    class Of(models.TextChoices):
        PERSON = "person"
        MODEL = "model"
        PROJECT = "project"
        CODE = "code"

    span = models.CharField(max_length=10, choices=Span)
    day = models.DateField()
    is_demo = models.BooleanField()
    of = models.CharField(max_length=10, choices=Of)
    key = models.CharField(max_length=150, blank=True)

    spent = ExactMoneyField(default=Decimal(0))
    nothing = ExactMoneyField(default=Decimal(0))
    calls = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    delivered = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)

    MEASURES = ("spent", "nothing", "calls", "failed", "delivered", "kept")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["span", "day", "is_demo", "of", "key"], name="one_sum_of_the_past"
            )
        ]


class PastSpendChange(models.Model):
    """A day that was over when something was added to it, in the transaction that added it."""

    day = models.DateField(db_index=True)


class GenerationSpend(models.Model):
    """What a generation cost so far (USD); `day` is that of its submission."""

    generation = models.OneToOneField(
        Generation, primary_key=True, on_delete=models.PROTECT, related_name="spend"
    )
    group = models.ForeignKey(
        SpendGroup, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_demo = models.BooleanField()
    day = models.DateField()
    spent = ExactMoneyField(default=Decimal(0))

    class Meta:
        indexes = [
            models.Index(fields=["is_demo", "day", "-spent"], name="dearest_of_a_day"),
            models.Index(fields=["group", "day"], name="generations_of_a_group"),
            models.Index(fields=["group", "-spent"], name="dearest_of_a_group"),
        ]


class SpendZone(models.Model):
    """The time zone whose days the sums are of; one row, see `services/spend/rebuild.py`."""

    name = models.CharField(max_length=64)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
