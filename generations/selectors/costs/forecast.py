"""What the month will probably have cost by its end."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from generations.models import PastSpend
from generations.selectors.costs.scope import Scope
from generations.services.spend.days import DAY, month_end

# Whole weeks, so that each day of the week is in it as often as the others
PAST_DAYS = 28
WEEK = 7


@dataclass(frozen=True)
class Forecast:
    """USD. `since` is the first of the days whose pace it goes on with."""

    amount: Decimal
    month_end: date
    since: date


def forecast(scope: Scope, today: date) -> Forecast | None:
    """Spent so far, and for each day to come what such a day of the week cost of late.

    None before anything was spent. Where there is less than four weeks, the average day counts.
    """
    first = today.replace(day=1)
    end = month_end(today)
    past = scope.of_days(min(today - PAST_DAYS * DAY, first), today)
    spent = _spent(past)
    if not spent:
        return None
    so_far = sum((amount for day, amount in spent.items() if day >= first), Decimal(0))
    since, pace = _pace(spent, today)
    # What is left of today is counted as far as it is behind such a day
    to_come = max(pace[today.weekday()] - spent.get(today, Decimal(0)), Decimal(0))
    day = today + DAY
    while day <= end:
        to_come += pace[day.weekday()]
        day += DAY
    return Forecast(so_far + to_come, end, since)


def _spent(scope: Scope) -> dict[date, Decimal]:
    past, rest = scope.parts_of_days
    found: dict[date, Decimal] = defaultdict(Decimal)
    for rows in (past.filter(of=PastSpend.Of.PERSON), *rest):
        for day, spent in rows.values_list("day").order_by().annotate(Sum("spent")):
            found[day] += spent
    # Where nothing was spent there may be sums, or none: of money that was set aside alone
    return {day: spent for day, spent in found.items() if spent}


def _pace(spent: Mapping[date, Decimal], today: date) -> tuple[date, Mapping[int, Decimal]]:
    """What each day of the week costs, of the days before today."""
    since = max(min(spent), today - PAST_DAYS * DAY)
    days = (today - since).days
    before = {day: amount for day, amount in spent.items() if since <= day < today}
    if days < PAST_DAYS:
        average = sum(before.values(), Decimal(0)) / days if days else spent.get(today, Decimal(0))
        return since, dict.fromkeys(range(WEEK), average)
    pace: dict[int, Decimal] = defaultdict(Decimal)
    for day, amount in before.items():
        pace[day.weekday()] += amount * WEEK / PAST_DAYS
    return since, pace
