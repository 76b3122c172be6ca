"""The days of the team: those of settings.TIME_ZONE, whatever zone a person reads pages in."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

DAY = timedelta(days=1)


def team_day(moment: datetime) -> date:
    """The day on which a moment falls."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def today() -> date:
    return team_day(timezone.now())


def start_of(day: date) -> datetime:
    """The first moment of a day; where midnight is skipped, the moment of the change."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def month_start(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return month_start(day.replace(day=28) + 4 * DAY) - DAY


def each_day(first: date, last: date) -> Iterator[date]:
    """From the first to the last, both included."""
    while first <= last:
        yield first
        first += DAY
