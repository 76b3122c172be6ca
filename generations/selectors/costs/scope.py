"""What a costs page looks at: which days, whose money, for what."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from generations.models import DailySpend, SpendGroup
from generations.services.spend.days import DAY, start_of

NO_PROJECT = "none"


@dataclass(frozen=True)
class Scope:
    """Both days are in it, and are the team's. Empty and None narrow nothing.

    `model` is provider/name, `project` an id or NO_PROJECT.
    """

    first: date
    last: date
    is_demo: bool = False
    person: int | None = None
    model: str = ""
    project: str = ""

    @property
    def length(self) -> int:
        """In days."""
        return (self.last - self.first).days + 1

    @property
    def is_narrowed(self) -> bool:
        return bool(self.person or self.model or self.project)

    def of_days(self, first: date, last: date) -> "Scope":
        return replace(self, first=first, last=last)

    def days(self) -> QuerySet[DailySpend]:
        rows = DailySpend.objects.filter(day__gte=self.first, day__lte=self.last)
        return rows.filter(**{f"group__{name}": value for name, value in self._group().items()})

    def groups(self) -> QuerySet[SpendGroup]:
        return SpendGroup.objects.filter(**self._group())

    def moments(self, field: str) -> dict[str, datetime]:
        """That a moment is in the period, as a condition for a query."""
        return {
            f"{field}__gte": start_of(self.first),
            f"{field}__lt": start_of(self.last + DAY),
        }

    def _group(self) -> dict[str, Any]:
        found: dict[str, Any] = {"is_demo": self.is_demo}
        if self.person is not None:
            found["person"] = self.person
        if self.model:
            found["provider"], _slash, found["model"] = self.model.partition("/")
        if self.project:
            found["project"] = None if self.project == NO_PROJECT else self.project
        return found
