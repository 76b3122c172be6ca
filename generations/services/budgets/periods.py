"""The periods of budgets: days of the team's time zone, weeks from Monday, months."""

from datetime import date, timedelta

from generations.models import Budget
from generations.services.spend.days import month_start

Period = Budget.Period


def first_day(period: str, day: date) -> date:
    """Of the period that a day is in."""
    if period == Period.WEEK:
        return day - timedelta(days=day.weekday())
    return month_start(day) if period == Period.MONTH else day


def next_first_day(period: str, day: date) -> date:
    """Of the period after that."""
    first = first_day(period, day)
    if period == Period.MONTH:
        return first_day(period, first + timedelta(days=31))
    return first + timedelta(days=7 if period == Period.WEEK else 1)
