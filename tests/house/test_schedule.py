"""The beat goes on when the clock is set back."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from webapp.celery import app
from webapp.schedule import SteadyScheduler


class Noting(SteadyScheduler):
    """Notes what would be sent."""

    sent: list[str]

    def apply_entry(self, entry, producer=None):
        self.sent.append(entry.name)


@pytest.fixture
def scheduler(tmp_path: Path):
    scheduler = Noting(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    scheduler.sent = []
    scheduler.setup_schedule()
    yield scheduler
    scheduler.close()


def run_at(scheduler, moment):
    """As if the last sweep had been at that moment."""
    scheduler.schedule["sweep"].last_run_at = moment
    scheduler._heap = None
    return scheduler.tick()


def test_a_sweep_is_due_after_its_time_and_not_before(scheduler):
    assert 0 < run_at(scheduler, timezone.now()) <= 15
    assert scheduler.sent == []
    run_at(scheduler, timezone.now() - timedelta(seconds=16))
    assert scheduler.sent == ["sweep"]


def test_the_next_sweep_is_soon_although_the_last_one_was_in_the_future(scheduler):
    """The file of the schedule is from before the clock was set back."""
    assert 0 < run_at(scheduler, timezone.now() + timedelta(hours=2)) <= 15


def test_the_next_sweep_is_soon_after_the_clock_is_set_back(scheduler):
    scheduler.tick()
    in_two_hours = timezone.now() + timedelta(hours=2)
    scheduler._looked_at = in_two_hours.timestamp()
    assert 0 < run_at(scheduler, in_two_hours) <= 15
