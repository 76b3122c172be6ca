"""Budgets: how much may be spent, by whom or for what, within a day, a week or a month."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.fields import ExactMoneyField, MoneyField
from generations.models.generation import Generation
from generations.models.project import Project

TEAM = "team"


def person_account(person_id: int) -> str:
    return f"person:{person_id}"


def project_account(project_id: uuid.UUID) -> str:
    return f"project:{project_id}"


class Budget(models.Model):
    """A limit on what is spent and set aside within a period, in USD of real money.

    From `warn_at` on the person and staff are told; beyond `limit` nothing new is accepted. One of
    the two may be missing. A budget for each person counts for everybody on their own, but for
    those who have one of the same period for themselves. It is ended, never deleted.
    """

    class Scope(models.TextChoices):
        TEAM = "team", _("The team")
        EACH = "each", _("Each person")
        PERSON = "person", _("One person")
        PROJECT = "project", _("A project")

    class Period(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=10, choices=Scope)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    period = models.CharField(max_length=10, choices=Period)
    warn_at = MoneyField(null=True, blank=True)
    limit = MoneyField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Those of the team and for each person have neither
            models.UniqueConstraint(
                fields=["scope", "period"],
                condition=models.Q(ended_at=None, person=None, project=None),
                name="one_budget_a_period",
            ),
            models.UniqueConstraint(
                fields=["person", "period"],
                condition=models.Q(ended_at=None, person__isnull=False),
                name="one_budget_of_a_person",
            ),
            models.UniqueConstraint(
                fields=["project", "period"],
                condition=models.Q(ended_at=None, project__isnull=False),
                name="one_budget_of_a_project",
            ),
            models.CheckConstraint(
                condition=models.Q(scope__in=["team", "each"], person=None, project=None)
                | models.Q(scope="person", person__isnull=False, project=None)
                | models.Q(scope="project", person=None, project__isnull=False),
                name="budget_is_for_its_scope",
            ),
            models.CheckConstraint(
                condition=models.Q(limit__isnull=False, warn_at=None)
                | models.Q(limit=None, warn_at__isnull=False)
                | models.Q(limit__isnull=False, warn_at__lte=models.F("limit")),
                name="budget_warns_or_stops",
            ),
        ]

    def account_of(self, person_id: int) -> str:
        """The account that it counts, where this person spends."""
        if self.scope == self.Scope.TEAM:
            return TEAM
        if self.project_id is not None:
            return project_account(self.project_id)
        return person_account(self.person_id or person_id)


class BudgetAccount(models.Model):
    """What submissions of a person, for a project, of the team wait for: they lock its row.

    Always in the order of the keys, and after the generation, so that nobody waits in a circle.
    """

    key = models.CharField(max_length=50, primary_key=True)


class BudgetSum(models.Model):
    """What ledger lines add to an account on a day: spent, and set aside (USD, real money).

    Every line writes rows of its own, so that workers never wait here; they are folded into one a
    day from time to time, and mean the same before and after.
    """

    account = models.CharField(max_length=50)
    day = models.DateField()
    spent = ExactMoneyField(default=0)
    held = ExactMoneyField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["account", "day"], name="sums_of_a_day"),
            models.Index(fields=["account"], name="sums_held", condition=~models.Q(held=0)),
        ]


class BudgetWarning(models.Model):
    """That a budget was nearly or wholly used up in a period; once each.

    `account` tells whose it was, where the budget is for each person. `caused_by` is whose
    submission or cost it was. `told_at`: when the mails were written.
    """

    class Level(models.TextChoices):
        WARN = "warn", _("Nearly used up")
        STOP = "stop", _("Used up")

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="warnings")
    account = models.CharField(max_length=50)
    starts_on = models.DateField()
    level = models.CharField(max_length=10, choices=Level)
    used = MoneyField()
    caused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "account", "starts_on", "level"], name="one_warning_a_period"
            )
        ]
        indexes = [
            models.Index(fields=["at"], name="warnings_to_tell", condition=models.Q(told_at=None))
        ]


class BudgetPass(models.Model):
    """Staff let one submission of a person pass, whatever the budgets say.

    open ──► used (`generation`)
      └────► withdrawn, or past its day (`expires_at`)
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="budget_passes"
    )
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    generation = models.ForeignKey(
        Generation, null=True, blank=True, on_delete=models.PROTECT, related_name="budget_passes"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person"],
                name="open_passes",
                condition=models.Q(used_at=None, withdrawn_at=None),
            )
        ]
