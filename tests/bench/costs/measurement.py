"""How long the server takes for each costs page, and the check for all of the ledger."""

import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from generations.models import DailySpend, ImageModel, LedgerEntry
from generations.selectors.spend_check import Checked, differences
from generations.services.spend.rebuild import rebuild_sums
from tests.bench.costs.filling import fill
from tests.bench.figures import p95

WARM_UP = 2


def measure(*, lines: int, times: int, is_checked: bool) -> None:
    """In a database of its own, which is gone afterwards."""
    logging.disable(logging.WARNING)
    settings.ALLOWED_HOSTS = ["*"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with _timed("made and added up"):
            fill(lines)
        _say(
            f"{LedgerEntry.objects.count():,} ledger lines of a year,"
            f" {DailySpend.objects.count():,} daily sums on {connection.vendor};"
            f" {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}"
        )
        _measure_pages(times)
        if is_checked:
            _measure_check()
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def _measure_pages(times: int) -> None:
    """Page by page in turn, so that a busy moment of the machine meets all of them."""
    boss = User.objects.create_user("boss", is_staff=True)
    clients = {"boss": Client(), "member": Client()}
    clients["boss"].force_login(boss)
    clients["member"].force_login(User.objects.get(username="person0"))
    pages = _pages()
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(times + WARM_UP):
        for name, address in pages.items():
            client = clients["member" if "/mine/" in address else "boss"]
            start = time.perf_counter()
            answer = client.get(address)
            seconds = time.perf_counter() - start
            assert answer.status_code == 200, f"{name}: {answer.status_code}"
            if turn >= WARM_UP:
                taken[name].append(seconds * 1000)
    _say(f"{'milliseconds of the server':40}{'middle':>10}{'p95':>10}")
    for name, figures in taken.items():
        _say(_line(name, figures))


def _pages() -> dict[str, str]:
    """Each page by name; a whole month, and the whole year."""
    today = timezone.localdate()
    month_ago = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    month = f"since={month_ago}&until={today.replace(day=1) - timedelta(days=1)}"
    year = f"since={today - timedelta(days=365)}&until={today}"
    person = User.objects.get(username="person7").pk
    model = ImageModel.objects.order_by("pk").first()
    return {
        "a month": f"/costs/?{month}",
        "a month, by model": f"/costs/?{month}&by=model",
        "a month, by person": f"/costs/?{month}&by=person",
        "a month of one person": f"/costs/?{month}&person={person}",
        "90 days, by project": "/costs/?period=90-days&by=project",
        "a year": f"/costs/?{year}",
        "a year, by model": f"/costs/?{year}&by=model",
        "a year, by person": f"/costs/?{year}&by=person",
        "a year, with 20,000 in collections": f"/costs/?{year}&show=collections",
        "a member's own month": f"/costs/mine/?{month}",
        "a member's own year": f"/costs/mine/?{year}",
        "generations of a month": f"/costs/generations/?{month}",
        "generations of a year": f"/costs/generations/?{year}",
        "generations, one person, a year": f"/costs/generations/?{year}&person={person}",
        "generations, one model, a year": f"/costs/generations/?{year}&model={model}",
        "generations, one reason, a year": f"/costs/generations/?{year}&outcome=no_image",
        "generations, halfway down a year": f"/costs/generations/?{year}&{_halfway(today)}",
    }


def _halfway(today: date) -> str:
    day = today - timedelta(days=180)
    return f"before={day}_999999999_{'f' * 8}-{'f' * 4}-{'f' * 4}-{'f' * 4}-{'f' * 12}"


def _measure_check() -> None:
    """With one line changed behind its back."""
    with _timed("check_rollups --rebuild, everything"):
        rebuild_sums()
    checked = Checked()
    charges = LedgerEntry.objects.filter(kind="charge").order_by("pk")
    line = charges[LedgerEntry.objects.count() // 9]
    QuerySet(LedgerEntry).filter(pk=line.pk).update(reason="Nothing to see here")
    with _timed("check_rollups, everything"):
        found = list(differences(checked))
    _say(f"{checked.rows:,} sums, {checked.lines:,} lines, {checked.generations:,} generations")
    assert len(found) == 1, found
    _say(f"one line was changed behind its back: {found[0]}")


@contextmanager
def _timed(name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    _say(f"{name}: {time.perf_counter() - start:.0f} s")


def _line(name: str, figures: Sequence[float]) -> str:
    return f"{name:40}{median(figures):10.1f}{p95(list(figures)):10.1f}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
