"""What a costs page looks at: which days, whose money, for what."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from generations.models import (
    DailySpend,
    MonthlySpend,
    PastSpend,
    PastSpendChange,
    SpendGroup,
)
from generations.models.spend import SpendSums
from generations.services.spend.days import DAY, each_day, month_end, month_start, start_of

NO_PROJECT = "none"
FEW_GROUPS = 200
Span = PastSpend.Span
Rest = Sequence[tuple[type[SpendSums], set[date]]]


class Parts(NamedTuple):
    """A period in two: what was summed up of the `past`, and the `rest`, by groups."""

    past: QuerySet[PastSpend]
    rest: Sequence[QuerySet[Any]]


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
        return self._rows(MonthlySpend, month_start(self.first), self.last)

    def pieces(self) -> list[QuerySet[Any]]:
        """The same sums with as few rows as there can be: of whole months, and of days around."""
        months = self._whole_months()
        if not months:
            return [self.days()]
        first, last = months[0], months[-1]
        found = [self._rows(MonthlySpend, first, last)]
        if self.first < first:
            found.append(self._rows(DailySpend, self.first, first - DAY))
        if month_end(last) < self.last:
            found.append(self._rows(DailySpend, month_end(last) + DAY, self.last))
        return found

    @cached_property
    def parts(self) -> Parts:
        """The same with far fewer rows, where there are sums of days and months that are over."""
        return self._parts(self._whole_months()) or Parts(PastSpend.objects.none(), self.pieces())

    @cached_property
    def parts_of_days(self) -> Parts:
        """The same for every day."""
        return self._parts([]) or Parts(PastSpend.objects.none(), [self.days()])

    def _parts(self, months: Sequence[date]) -> Parts | None:
        """None where nothing was summed up; `months` are those that are wholly looked at."""
        past_months = self._past(Span.MONTH, months)
        days = [it for it in self._each_day() if month_start(it) not in past_months]
        past_days = self._past(Span.DAY, days)
        if not past_months and not past_days:
            return None
        # A month that is not over is read day by day, unless none of its days was summed up
        whole = {*months} - past_months - {month_start(day) for day in past_days}
        others = {day for day in days if month_start(day) not in whole} - past_days
        past = Q(span=Span.MONTH, day__in=past_months) | Q(span=Span.DAY, day__in=past_days)
        rest: Rest = [(MonthlySpend, whole), (DailySpend, others)]
        return Parts(
            PastSpend.objects.filter(past, is_demo=self.is_demo),
            [self._on(table, wanted) for table, wanted in rest if wanted],
        )

    def _past(self, span: str, days: Sequence[date]) -> set[date]:
        """Of which of these days, or first days of months, there are sums that hold good."""
        if self.is_narrowed or not days:
            return set()
        rows = PastSpend.objects.filter(span=span, day__in=days)
        changed = self._changed
        if span == Span.MONTH:
            changed = {month_start(day) for day in changed}
        found = set(rows.order_by().values_list("day", flat=True).distinct())
        return found.intersection(days) - changed

    @cached_property
    def _changed(self) -> set[date]:
        """The days of these months that were added to when they were over."""
        rows = PastSpendChange.objects.filter(
            day__gte=month_start(self.first), day__lte=month_end(self.last)
        )
        return set(rows.values_list("day", flat=True).distinct())

    def _each_day(self) -> Iterator[date]:
        return each_day(self.first, self.last)

    def _whole_months(self) -> list[date]:
        """The first day of each."""
        months = {month_start(day) for day in self._each_day()}
        return sorted(it for it in months if self._is_whole(it))

    def _is_whole(self, month: date) -> bool:
        return month >= self.first and (month_end(month) <= self.last or self._ends_a_month)

    @cached_property
    def _ends_a_month(self) -> bool:
        """Or nothing was booked after it, so that its month has no more than these days."""
        if self.last == month_end(self.last):
            return True
        return not DailySpend.objects.filter(day__gt=self.last).exists()

    def _rows(self, table: type[SpendSums], first: date, last: date) -> QuerySet[Any]:
        return self._of_group(table._default_manager.filter(day__gte=first, day__lte=last))

    def _on(self, table: type[SpendSums], days: Collection[date]) -> QuerySet[Any]:
        return self._of_group(table._default_manager.filter(day__in=days))

    def _of_group(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """By ids where those are few: an index has their rows, or whose they are is not asked."""
        if self.is_narrowed:
            if self._few_own:
                return rows.filter(group__in=self._few_own)
        elif self._few_others is not None:
            return rows.exclude(group__in=self._few_others)
        return rows.filter(**{f"group__{name}": value for name, value in self._group().items()})

    @cached_property
    def _few_own(self) -> list[int] | None:
        return _few(self.groups())

    @cached_property
    def _few_others(self) -> list[int] | None:
        """The groups of the other money."""
        return _few(SpendGroup.objects.filter(is_demo=not self.is_demo))

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


def _few(groups: QuerySet[SpendGroup]) -> list[int] | None:
    """Their ids; None where they are many."""
    found = list(groups.values_list("pk", flat=True)[: FEW_GROUPS + 1])
    return found if len(found) <= FEW_GROUPS else None
