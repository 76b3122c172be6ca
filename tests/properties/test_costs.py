"""Whatever happened, on whatever days of whatever zone: every figure is the sum of its lines."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generations.models import Attempt, LedgerEntry, OutputImage, PriceListItem
from generations.providers.base import Charged, Code, ProviderError
from generations.selectors.costs.dearest import SHOWN, dearest, dearest_first
from generations.selectors.costs.entries import all_entries, selection_total
from generations.selectors.costs.review import Review, review
from generations.selectors.costs.scope import Scope
from generations.selectors.costs.selection import NOTHING, PICTURES, Selection
from generations.selectors.spend_check import differences
from generations.services import ledger
from generations.services.attempts.settle import close_attempt, settle_attempt
from generations.services.projects import create_project
from generations.services.settlements import settle_unconfirmed
from generations.services.spend.days import month_end
from generations.services.spend.past import sum_up_the_past
from generations.services.trash import trash_images
from tests.factories import CHAT, IMAGES, deliver, only_attempt, put_at, store_image, submit
from tests.support.cast import make_person
from tests.support.examples import examples

ZONES = ["UTC", "Europe/Madrid", "Africa/Cairo", "Pacific/Kiritimati"]
# Around the nights on which clocks change in Madrid and in Cairo, and the end of a month
NIGHTS = [datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2027, 4, 29, 20, tzinfo=UTC)]
NIGHTS += [datetime(2027, 10, 30, 20, tzinfo=UTC), datetime(2027, 10, 31, 20, tzinfo=UTC)]
MOMENTS = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes),
    st.sampled_from(NIGHTS),
    st.integers(0, 30 * 60),
)
OUTCOMES = ["one", "two", "refused", "lost", "settled", "corrected", "removed", "under way"]
CALLS = st.lists(
    st.tuples(
        st.sampled_from(OUTCOMES),
        st.integers(0, 1),
        st.sampled_from([CHAT, IMAGES, "aihubmix/gpt-4o-image-vip", "demo/gpt-image-2"]),
        st.booleans(),
        MOMENTS,
        st.integers(0, 2000),
    ),
    min_size=1,
    max_size=7,
)
SPENT = ("charge", "adjustment")


@pytest.mark.many
@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
@settings(
    max_examples=examples(8),
    deadline=None,
    # A history takes too long for thousands of smaller ones
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(calls=CALLS, is_dear=st.booleans(), is_summed_up=st.booleans(), is_late=st.booleans())
def test_every_figure_is_the_sum_of_its_ledger_lines(
    settings: Any,
    monkeypatch: Any,
    zone: str,
    calls: Any,
    is_dear: bool,
    is_summed_up: bool,
    is_late: bool,
) -> None:
    settings.TIME_ZONE = zone
    with transaction.atomic():
        _live_through(monkeypatch, calls, is_dear=is_dear)
        if is_summed_up:
            sum_up_the_past(now=datetime(2028, 1, 10, tzinfo=UTC))
        if is_late:
            _remove_late()
        told = list(differences())
        assert [it for it in told if "TIME_ZONE" not in it] == []
        for is_demo in (False, True):
            for first, last in _periods(zone):
                _compare(Scope(first, last, is_demo=is_demo), zone)
        transaction.set_rollback(True)


def _live_through(monkeypatch: Any, calls: Any, *, is_dear: bool) -> None:
    """Each call at its own moment; the price changes at a midnight."""
    people = [make_person("ana"), make_person("ben")]
    boss = make_person("boss", is_staff=True)
    project = create_project(name="Autumn", by=boss)
    PriceListItem.objects.filter(provider="demo", model="gpt-image-2").delete()
    if is_dear:
        PriceListItem.objects.create(
            provider="demo",
            model="gpt-4o-image-vip",
            unit="call",
            unit_price=Decimal("0.0123"),
            effective_from=datetime(2027, 10, 31, tzinfo=UTC),
            source="A letter",
        )
    for outcome, who, model, has_project, moment, minutes in sorted(calls, key=lambda it: it[4]):
        with monkeypatch.context() as clock:
            clock.setattr(timezone, "now", lambda moment=moment: moment)
            attempt = only_attempt(
                submit(people[who], model=model, project=project if has_project else None)
            )
            later = moment + timedelta(minutes=minutes)
            clock.setattr(timezone, "now", lambda later=later: later)
            END[outcome](attempt, boss)


def _remove_late() -> None:
    """A picture goes into the trash when its month is over."""
    last = OutputImage.objects.filter(is_in_gallery=True).order_by("pk").last()
    if last:
        trash_images(user=last.requested_by, images=OutputImage.objects.filter(pk=last.pk))


def _succeed(attempt: Attempt, pictures: int) -> None:
    put_at(attempt, "collecting", sent_at=timezone.now())
    for position in range(pictures):
        deliver(attempt, position, status="stored")
        store_image(attempt, position)
    settle_attempt(attempt)


def _fail(attempt: Attempt, charged: Charged, code: Code) -> None:
    put_at(attempt, "calling", sent_at=timezone.now())
    close_attempt(attempt, ProviderError(code, charged=charged))


def _settle(attempt: Attempt, boss: Any) -> None:
    _fail(attempt, Charged.UNKNOWN, Code.CONNECTION_LOST)
    settle_unconfirmed(
        attempt=attempt, charged=True, amount=Decimal("0.02"), reason="A", settled_by=boss
    )


def _correct(attempt: Attempt, boss: Any) -> None:
    _succeed(attempt, 1)
    ledger.adjust(attempt=attempt, amount=Decimal("0.000007"), reason="B", entered_by=boss)


def _remove(attempt: Attempt, boss: Any) -> None:
    _succeed(attempt, 2)
    trash_images(user=boss, images=OutputImage.objects.filter(attempt=attempt, position=0))


END: dict[str, Callable[[Attempt, Any], None]] = {
    "one": lambda attempt, _boss: _succeed(attempt, 1),
    "two": lambda attempt, _boss: _succeed(attempt, 2),
    "refused": lambda attempt, _boss: _fail(attempt, Charged.YES, Code.MODERATION),
    "lost": lambda attempt, _boss: _fail(attempt, Charged.UNKNOWN, Code.CONNECTION_LOST),
    "settled": _settle,
    "corrected": _correct,
    "removed": _remove,
    "under way": lambda attempt, _boss: None,
}


def _periods(zone: str) -> Iterable[tuple[date, date]]:
    """Everything, a day on which something was booked, the month up to it, and whole months."""
    moments = LedgerEntry.objects.values_list("created_at", flat=True)
    days = sorted({moment.astimezone(ZoneInfo(zone)).date() for moment in moments})
    if not days:
        yield date(2027, 3, 1), date(2027, 11, 30)
        return
    day = days[len(days) // 2]
    yield days[0], days[-1]
    yield day, day
    yield day.replace(day=1), day
    yield days[0].replace(day=1), month_end(days[-1])


def _compare(scope: Scope, zone: str) -> None:
    """The page beside sums that are written down line by line, as a person would do it."""
    lines = [
        line
        for line in QuerySet(LedgerEntry).select_related("attempt__generation")
        if line.is_demo == scope.is_demo
        and scope.first <= line.created_at.astimezone(ZoneInfo(zone)).date() <= scope.last
    ]
    page = review(scope, by="person", today=scope.last)
    spent = [line for line in lines if line.kind in SPENT]
    assert page.total.spent == _sum(spent)
    assert page.total.nothing == _sum(it for it in spent if not it.attempt.picture_count)
    assert page.total.unconfirmed == _sum(
        it for it in lines if it.kind == "hold" and it.attempt.charged == "unknown"
    )
    assert page.total.held == _sum(
        it for it in lines if it.kind == "hold" and it.attempt.status == "queued"
    )
    _compare_dearest(scope)
    _compare_tables(page, spent)
    _compare_bars(page, spent, zone)
    _compare_lists(scope, page)


def _compare_dearest(scope: Scope) -> None:
    """Found in several ways, by what is looked at and how long."""
    person = LedgerEntry.objects.values_list("attempt__requested_by", flat=True).first()
    for narrowed in (scope, replace(scope, person=person), replace(scope, model=CHAT)):
        expected = dearest_first(narrowed).values_list("spent", flat=True)[:SHOWN]
        assert [it.spent for it in dearest(narrowed)] == list(expected)


def _compare_tables(page: Review, spent: list[LedgerEntry]) -> None:
    tables: list[tuple[Any, Callable[[LedgerEntry], str]]] = [
        (page.people, lambda it: str(it.attempt.requested_by_id)),
        (page.models, lambda it: it.attempt.generation.image_model),
        (page.projects, lambda it: str(it.attempt.generation.project_id or "none")),
    ]
    for rows, key_of in tables:
        expected: dict[str, Decimal] = defaultdict(Decimal)
        for line in spent:
            expected[key_of(line)] += line.amount
        assert {row.key: row.sums.spent for row in rows if row.sums.spent} == {
            key: amount for key, amount in expected.items() if amount
        }
    assert sum(row.sums.spent for row in page.failures) == page.total.nothing


def _compare_bars(page: Review, spent: list[LedgerEntry], zone: str) -> None:
    for bar in page.bars.bars:
        assert bar.spent == _sum(
            it
            for it in spent
            if bar.first <= it.created_at.astimezone(ZoneInfo(zone)).date() <= bar.last
        )
    assert page.bars.unconfirmed == page.total.unconfirmed


def _compare_lists(scope: Scope, page: Review) -> None:
    wanted = {
        "": page.total.spent,
        PICTURES: page.total.for_pictures,
        NOTHING: page.total.nothing,
        "unconfirmed": page.total.unconfirmed,
        "under-way": page.total.held,
    }
    for outcome, amount in wanted.items():
        selection = Selection(scope, outcome)
        entries = list(all_entries(selection))
        assert sum(it.amount or 0 for it in entries) == amount
        if outcome in ("", PICTURES):
            assert sum(it.delivered for it in entries) == page.total.delivered
            assert sum(it.kept for it in entries) == page.total.kept
            assert selection_total(selection).spent == amount


def _sum(lines: Iterable[LedgerEntry]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))
