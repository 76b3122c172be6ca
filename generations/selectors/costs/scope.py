"""What a costs page looks at: which days, whose money, for what."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from generations.models import (
    DailySpend,
    MonthlySpend,
    PastMonthChange,
    PastMonthSpend,
    SpendGroup,
)
from generations.models.spend import SpendSums
from generations.services.spend.days import DAY, month_end, start_of

NO_PROJECT = "none"
FEW_GROUPS = 200


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

    def days(self) -> QuerySet[Any]:
        """The sums of every day."""
        return self._rows(DailySpend, self.first, self.last)

    def months(self) -> QuerySet[Any]:
        """The sums of every month of which there is a day in the period."""
        return self._rows(MonthlySpend, self.first.replace(day=1), self.last)

    def pieces(self, *, without: Collection[date] = ()) -> list[QuerySet[Any]]:
        """The same sums with as few rows as there can be: of whole months, and of days around.

        Leaves out the months `without`, of which there are fewer rows elsewhere.
        """
        first, last = self._whole_months()
        if first > last:
            return [self.days()]
        found = []
        if without != set(_months(first, last)):
            found.append(self._rows(MonthlySpend, first, last).exclude(day__in=without))
        if self.first < first:
            found.append(self._rows(DailySpend, self.first, first - DAY))
        if last < self.last:
            found.append(self._rows(DailySpend, last + DAY, self.last))
        return found

    @cached_property
    def past_months(self) -> frozenset[date]:
        """The whole months of the period that `past` has the sums of."""
        first, last = self._whole_months()
        if self.is_narrowed or first > last:
            return frozenset()
        summed_up = PastMonthSpend.objects.filter(month__gte=first, month__lte=last)
        good = summed_up.exclude(month__in=PastMonthChange.objects.values("month"))
        months = good.values_list("month", flat=True).distinct()
        return frozenset(it for it in months if month_end(it) <= self.last)

    def past(self) -> QuerySet[PastMonthSpend]:
        """The few sums of months that are over."""
        return PastMonthSpend.objects.filter(month__in=self.past_months, is_demo=self.is_demo)

    def _whole_months(self) -> tuple[date, date]:
        """The first day of the first of them and the last of the last; none where those cross."""
        first = self.first if self.first.day == 1 else month_end(self.first) + DAY
        return first, self.last if self._ends_a_month else self.last.replace(day=1) - DAY

    @cached_property
    def _ends_a_month(self) -> bool:
        """Or nothing was booked after it, so that its month has no more than these days."""
        if self.last == month_end(self.last):
            return True
        return not DailySpend.objects.filter(day__gt=self.last).exists()

    def _rows(self, table: type[SpendSums], first: date, last: date) -> QuerySet[Any]:
        rows: QuerySet[Any] = table._default_manager.filter(day__gte=first, day__lte=last)
        if self._few_others is not None:
            return rows.exclude(group__in=self._few_others)
        return rows.filter(**{f"group__{name}": value for name, value in self._group().items()})

    @cached_property
    def _few_others(self) -> list[int] | None:
        """The groups of the other money, which saves asking for each row whose it is."""
        if self.is_narrowed:
            return None
        others = SpendGroup.objects.filter(is_demo=not self.is_demo).values_list("pk", flat=True)
        found = list(others[: FEW_GROUPS + 1])
        return found if len(found) <= FEW_GROUPS else None

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


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = month_end(first) + DAY
