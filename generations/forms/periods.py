"""Periods that people name in words, as the days they mean today."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

Days = tuple[date, date]
DAY = timedelta(days=1)

PERIODS = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7-days": _("Last 7 days"),
    "30-days": _("Last 30 days"),
    "month": _("This month"),
    "last-month": _("Last month"),
    "year": _("This year"),
    "last-year": _("Last year"),
}


def days_of(period: str, today: date) -> Days:
    """The first and the last day of a period; KeyError for one that has no name."""
    return _DAYS[period](today)


def _last_month(today: date) -> Days:
    last = today.replace(day=1) - DAY
    return last.replace(day=1), last


_DAYS: dict[str, Callable[[date], Days]] = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: (today - DAY, today - DAY),
    "7-days": lambda today: (today - 6 * DAY, today),
    "30-days": lambda today: (today - 29 * DAY, today),
    "90-days": lambda today: (today - 89 * DAY, today),
    "month": lambda today: (today.replace(day=1), today),
    "last-month": _last_month,
    "year": lambda today: (today.replace(month=1, day=1), today),
    "last-year": lambda today: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
}
