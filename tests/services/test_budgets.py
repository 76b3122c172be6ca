"""Budgets: what is refused, what counts, and that the sums are the ledger's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import (
    Attempt,
    AuditEntry,
    Budget,
    BudgetSum,
    BudgetWarning,
    Generation,
    LedgerEntry,
    Mail,
    PriceListItem,
)
from generations.providers.base import Charged
from generations.selectors.budget_check import budget_differences
from generations.services import ledger
from generations.services.budgets import sums, warnings
from generations.services.budgets.asking import OverBudget
from generations.services.budgets.budgets import change_budget, create_budget, end_budget
from generations.services.budgets.passes import give_pass, withdraw_pass
from generations.services.budgets.periods import first_day, next_first_day
from generations.services.budgets.rebuild import rebuild_budget_sums
from generations.services.budgets.standing import standings_for, tightest
from generations.services.generations import (
    ProjectClosed,
    ProjectMissing,
    cancel_generation,
    retry_generation,
)
from generations.services.mail import send_waiting
from generations.services.projects import close_project, create_project, require_project
from generations.services.team.people import deactivate_person
from tests.factories import CHAT, only_attempt, submit
from tests.support.real_money import CALL, REAL, fail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo", "real_money")]

Make = Callable[..., Budget]


def spend(user: Any, **more: Any) -> Generation:
    return submit(user, model=REAL, **more)


def refused(user: Any, **more: Any) -> OverBudget:
    with pytest.raises(OverBudget) as caught:
        spend(user, **more)
    return caught.value


# What is refused


def test_what_does_not_fit_is_refused_and_leaves_nothing(ana: User, budget: Make):
    budget(limit="0.020")
    spend(ana, count=2)
    over = refused(ana)
    assert over.standing.left == Decimal("0.002")
    assert over.needed == CALL
    assert Generation.objects.count() == 1
    assert list(budget_differences()) == []


def test_exactly_the_limit_fits(ana: User, budget: Make):
    budget(limit=CALL)
    spend(ana)
    refused(ana)


def test_all_pictures_of_a_submission_count_together(ana: User, budget: Make):
    budget(limit="0.020")
    refused(ana, count=3)
    spend(ana, count=2)


def test_a_canceled_submission_gives_its_money_back(ana: User, budget: Make):
    budget(limit=CALL)
    cancel_generation(generation=spend(ana))
    spend(ana)


def test_a_charge_counts_as_its_hold_did_and_unconfirmed_stays_held(ana: User, budget: Make):
    budget(limit="0.018")
    fail(only_attempt(spend(ana)), charged=Charged.YES)
    fail(only_attempt(spend(ana)), charged=Charged.UNKNOWN)
    (standing,) = standings_for(person_id=ana.pk)
    assert (standing.spent, standing.held, standing.left) == (CALL, CALL, 0)
    refused(ana)


def test_corrections_count(ana: User, boss: User, budget: Make):
    budget(limit="0.030")
    attempt = only_attempt(spend(ana))
    fail(attempt, charged=Charged.YES)
    ledger.adjust(attempt=attempt, amount=Decimal("0.015"), reason="The bill", entered_by=boss)
    assert refused(ana).standing.left == Decimal("0.006")


def test_a_person_a_project_and_the_team_each_have_their_own(
    ana: User, ben: User, boss: User, budget: Make
):
    autumn = create_project(by=boss, name="Autumn")
    budget(limit="0.009", person=ana)
    budget(limit="0.009", project=autumn)
    budget(limit="0.027")
    spend(ana)
    assert refused(ana).standing.budget.person == ana
    spend(ben, project=autumn)
    assert refused(ben, project=autumn).standing.budget.project == autumn
    spend(ben)
    assert refused(ben).standing.budget.scope == "team"


def test_each_person_has_as_much_but_who_has_a_budget_of_their_own(
    ana: User, ben: User, boss: User, budget: Make
):
    budget(limit=CALL, scope="each")
    budget(limit="0.018", person=ben)
    spend(ana)
    refused(ana)
    spend(boss)
    spend(ben, count=2)
    assert refused(ben).standing.budget.person == ben


def test_the_refusal_names_the_budget_with_least_left(ana: User, budget: Make):
    budget(limit="0.010", person=ana, period="day")
    budget(limit="0.015")
    spend(ana)
    assert refused(ana).standing.budget.period == "day"
    assert tightest(standings_for(person_id=ana.pk)).left == Decimal("0.001")


def test_demo_money_counts_nowhere(ana: User, settings: Any, demo: Any, budget: Make):
    budget(limit="0.001")
    from tests.support.world import demo_endpoint

    settings.PROVIDERS = {"demo": demo_endpoint(demo)}
    submit(ana, model=CHAT)
    assert not BudgetSum.objects.exists()


def test_an_unknown_price_fits_no_limit_but_may_be_warned_of(ana: User, budget: Make):
    PriceListItem.objects.filter(provider="aihubmix").delete()
    watching = budget(warn_at=1)
    spend(ana)
    end_budget(budget=watching, by=ana)
    budget(limit=1000)
    assert refused(ana).needed is None


def test_the_same_press_twice_is_asked_once(ana: User, budget: Make):
    budget(limit=CALL)
    assert spend(ana, key="one").pk == spend(ana, key="one").pk


def test_an_ended_budget_refuses_nothing_and_a_changed_one_its_new_limit(
    ana: User, boss: User, budget: Make
):
    row = budget(limit="0.001")
    refused(ana)
    change_budget(budget=row, warn_at=None, limit=CALL, by=boss)
    spend(ana)
    refused(ana)
    end_budget(budget=row, by=boss)
    spend(ana)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["budget-made", "budget-changed", "budget-ended"]
    budget(limit=1)


def test_one_budget_a_period_for_the_same(ana: User, budget: Make):
    budget(limit=1, person=ana)
    budget(limit=1, person=ana, period="day")
    with pytest.raises(IntegrityError), transaction.atomic():
        budget(limit=2, person=ana)


# Retries


def test_a_retry_is_asked_too(ana: User, budget: Make):
    row = budget(limit=CALL)
    generation = spend(ana)
    fail(only_attempt(generation), charged=Charged.YES)
    with pytest.raises(OverBudget):
        retry_generation(generation=generation)
    generation.refresh_from_db()
    assert (generation.status, generation.attempts.count()) == ("failed", 1)
    change_budget(budget=row, warn_at=None, limit=2 * CALL, by=ana)
    assert len(retry_generation(generation=generation)) == 1


def test_nothing_is_tried_again_for_a_closed_project(ana: User, boss: User):
    autumn = create_project(by=boss, name="Autumn")
    generation = spend(ana, project=autumn)
    fail(only_attempt(generation), charged=Charged.YES)
    close_project(project=autumn, by=boss)
    with pytest.raises(ProjectClosed):
        retry_generation(generation=Generation.objects.get(pk=generation.pk))


def test_nothing_is_tried_again_without_a_project_where_one_is_required(ana: User, boss: User):
    generation = spend(ana)
    fail(only_attempt(generation), charged=Charged.YES)
    require_project(by=boss, is_required=True)
    autumn = create_project(by=boss, name="Autumn")
    with pytest.raises(ProjectMissing):
        retry_generation(generation=generation)
    assert generation.attempts.count() == 1
    # As with a submission: where there is none to choose, none is asked for
    close_project(project=autumn, by=boss)
    assert len(retry_generation(generation=generation)) == 1


# Passes


def test_a_pass_waits_for_its_person_while_others_try_again(ana: User, boss: User, budget: Make):
    generation = spend(ana)
    fail(only_attempt(generation), charged=Charged.YES)
    budget(limit="0.001")
    given = give_pass(person=ana, reason="The fair", given_by=boss)
    with pytest.raises(OverBudget):
        retry_generation(generation=generation, by=boss)
    given.refresh_from_db()
    assert given.used_at is None
    assert len(retry_generation(generation=generation, by=ana)) == 1


def test_a_pass_lets_one_submission_through(ana: User, ben: User, boss: User, budget: Make):
    budget(limit="0.001")
    give_pass(person=ana, reason="The fair", given_by=boss)
    refused(ben)
    generation = spend(ana)
    assert generation.budget_passes.get().reason == "The fair"
    refused(ana)
    assert AuditEntry.objects.filter(action="pass-used", subject_id=str(ana.pk)).count() == 1


def test_a_pass_is_not_used_up_by_what_fits(ana: User, boss: User, budget: Make):
    budget(limit=CALL)
    given = give_pass(person=ana, reason="The fair", given_by=boss)
    spend(ana)
    given.refresh_from_db()
    assert given.used_at is None
    spend(ana)
    refused(ana)


@pytest.mark.parametrize("how", ["withdrawn", "too old"])
def test_a_pass_that_is_over_lets_nothing_through(ana: User, boss: User, budget: Make, how: str):
    budget(limit="0.001")
    given = give_pass(person=ana, reason="The fair", given_by=boss)
    if how == "withdrawn":
        withdraw_pass(given=given, by=boss)
    else:
        given.expires_at = timezone.now()
        given.save()
    refused(ana)


def test_staff_may_submit_all_the_same_and_it_is_written_down(boss: User, budget: Make):
    row = budget(limit="0.001")
    refused(boss)
    generation = spend(boss, let_pass_by=boss)
    entry = AuditEntry.objects.get(action="budget-overridden")
    assert entry.details == {"generation": str(generation.pk), "budget": str(row.pk)}


# Periods


@pytest.mark.parametrize(
    ("period", "day", "first", "following"),
    [
        ("day", "2026-03-01", "2026-03-01", "2026-03-02"),
        ("week", "2026-03-01", "2026-02-23", "2026-03-02"),
        ("week", "2026-03-02", "2026-03-02", "2026-03-09"),
        ("month", "2026-12-31", "2026-12-01", "2027-01-01"),
        ("month", "2028-02-29", "2028-02-01", "2028-03-01"),
    ],
)
def test_periods(period: str, day: str, first: str, following: str):
    moment = datetime.fromisoformat(day).date()
    assert str(first_day(period, moment)) == first
    assert str(next_first_day(period, moment)) == following


def test_what_was_spent_before_the_period_does_not_count_but_what_is_held_does(
    ana: User, budget: Make
):
    budget(limit="0.018", period="day")
    fail(only_attempt(spend(ana)), charged=Charged.YES)
    spend(ana)
    BudgetSum.objects.update(day=timezone.now().date() - timedelta(days=2))
    (standing,) = standings_for(person_id=ana.pk)
    assert (standing.spent, standing.held) == (0, CALL)


def test_the_day_is_the_teams(ana: User, settings: Any):
    settings.TIME_ZONE = "Pacific/Auckland"
    moment = datetime(2026, 5, 1, 20, tzinfo=UTC)
    line = LedgerEntry(kind="charge", amount=CALL, created_at=moment)
    assert str(sums.shares_of(line)[0]) == "2026-05-02"


# Sums


def test_folding_changes_nothing_and_leaves_a_row_a_day(ana: User, boss: User, budget: Make):
    budget(limit=1)
    for charged in (Charged.YES, Charged.UNKNOWN, Charged.NO):
        fail(only_attempt(spend(ana)), charged=charged)
    rows = BudgetSum.objects.filter(account="team")
    some = rows.first()
    rows.filter(pk=some.pk).update(day=some.day - timedelta(days=40))
    before = standings_for(person_id=ana.pk)
    for key in ("team", f"person:{ana.pk}"):
        sums.fold(key, since=date.min)
    assert standings_for(person_id=ana.pk) == before
    assert rows.count() == 2
    assert BudgetSum.objects.filter(account=f"person:{ana.pk}").count() == 1


def test_a_long_list_is_folded_while_submitting_and_in_quiet_hours(
    ana: User, budget: Make, monkeypatch: Any
):
    monkeypatch.setattr(sums, "FEW_ROWS", 3)
    budget(limit=1)
    for _ in range(6):
        spend(ana)
    team = BudgetSum.objects.filter(account="team")
    assert team.count() == 3
    monkeypatch.setattr(sums, "FEW_ROWS", 2)
    sums.fold_long()
    assert team.count() == 1
    assert list(budget_differences()) == []


def test_the_check_finds_what_was_altered_and_the_rebuild_mends_it(ana: User, budget: Make):
    fail(only_attempt(spend(ana)), charged=Charged.YES)
    spend(ana)
    BudgetSum.objects.filter(account="team", spent__gt=0).update(spent=Decimal("0.5"))
    BudgetSum.objects.filter(account=f"person:{ana.pk}", held__gt=0).delete()
    found = list(budget_differences())
    assert any("team" in line and "spent 0.500000" in line for line in found)
    assert any(f"person:{ana.pk}: held" in line for line in found)
    rebuild_budget_sums()
    assert list(budget_differences()) == []


def test_more_history_costs_no_more_queries(ana: User, budget: Make):
    budget(limit=100)
    budget(limit=100, person=ana, period="week")
    spend(ana)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            spend(ana)
        return len(seen)

    before = queries()
    for _ in range(5):
        fail(only_attempt(spend(ana)), charged=Charged.YES)
    assert queries() == before


# Warnings


@pytest.fixture
def told(settings: Any, django_capture_on_commit_callbacks: Any) -> Callable[..., list[str]]:
    """Does something, sends the mails of it, and answers who got one about what."""
    settings.MAIL_IS_ON = True
    settings.DEFAULT_FROM_EMAIL = "proofsheet@example.com"

    def told(act: Callable[[], Any]) -> list[str]:
        outbox.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        warnings.tell_waiting()
        send_waiting()
        return sorted(f"{mail.to[0].partition('@')[0]}: {mail.subject}" for mail in outbox.outbox)

    return told


def test_the_person_and_staff_are_told_once_that_it_is_nearly_used_up(
    ana: User, boss: User, budget: Make, told: Any
):
    budget(warn_at="0.015", limit="0.030", person=ana)
    assert told(lambda: spend(ana)) == []
    assert told(lambda: spend(ana)) == [
        "ana: Nearly used up: your budget of the month",
        "boss: Nearly used up: Ana’s budget of the month",
    ]
    assert told(lambda: spend(ana)) == []
    assert Mail.objects.count() == 2
    used_up = told(lambda: refused(ana))
    assert [line.partition(":")[0] for line in used_up] == ["ana", "boss"]
    assert "Used up" in used_up[0]
    assert told(lambda: refused(ana)) == []


def test_asking_for_too_much_at_once_uses_no_budget_up(
    ana: User, boss: User, budget: Make, told: Any
):
    budget(limit="0.020")
    assert told(lambda: refused(ana, count=3)) == []
    spend(ana)
    spend(ana)
    assert len(told(lambda: refused(ana))) == 2


def test_staff_are_told_whose_budget_it_is_where_each_person_has_one(
    ana: User, boss: User, budget: Make, told: Any
):
    budget(warn_at="0.009", scope="each")
    assert told(lambda: spend(ana)) == [
        "ana: Nearly used up: your budget of the month",
        "boss: Nearly used up: Ana’s budget of the month",
    ]


def test_a_cost_above_its_estimate_warns_too(ana: User, boss: User, budget: Make, told: Any):
    budget(warn_at="0.020")
    attempt = only_attempt(spend(ana))
    fail(attempt, charged=Charged.YES)
    facts = {"amount": Decimal("0.015"), "reason": "The bill", "entered_by": boss}
    assert len(told(lambda: ledger.adjust(attempt=attempt, **facts))) == 2
    assert BudgetWarning.objects.get().used == Decimal("0.024")


def test_who_has_left_is_told_nothing_of_budgets(ana: User, boss: User, budget: Make, told: Any):
    """What they submitted goes on, and may cost more than was set aside."""
    budget(warn_at="0.020")
    attempt = only_attempt(spend(ana))
    fail(attempt, charged=Charged.YES)
    deactivate_person(person=ana, by=boss)
    facts = {"amount": Decimal("0.015"), "reason": "The bill", "entered_by": boss}
    (mail,) = told(lambda: ledger.adjust(attempt=attempt, **facts))
    assert mail.startswith("boss: ")


def test_a_warning_of_a_period_that_is_over_is_not_told(ana: User, budget: Make, told: Any):
    budget(warn_at="0.001")
    long_ago = timezone.now().date() - timedelta(days=40)

    def act() -> None:
        spend(ana)

    told(act)
    BudgetWarning.objects.update(starts_on=long_ago, told_at=None)
    Mail.objects.all().delete()
    assert told(lambda: None) == []


def test_new_amounts_are_warned_of_anew(ana: User, boss: User, budget: Make, told: Any):
    row = budget(warn_at="0.001")
    assert len(told(lambda: spend(ana))) == 2
    change_budget(budget=row, warn_at=Decimal("0.010"), limit=None, by=boss)
    assert len(told(lambda: spend(ana))) == 2


def test_a_budget_has_a_limit_or_a_warning(boss: User):
    for amounts in ((None, None), (Decimal(2), Decimal(1))):
        facts = dict(zip(("warn_at", "limit"), amounts, strict=True))
        with pytest.raises(IntegrityError), transaction.atomic():
            create_budget(scope="team", period="day", by=boss, **facts)
    assert Attempt.objects.count() == 0
