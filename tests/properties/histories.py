"""Random histories of attempts, with every step done once, twice or not at all.

A "hand" is an attempt as one worker remembers it: taken at the claim and never read again, so
that what a worker does late is done with what it knew then.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from generations.models import Attempt, Delivery, ImageModel, LedgerEntry, PriceListItem, Worker
from generations.providers.base import Charged, Code, ProviderError, ResultAddress, Usage
from generations.selectors.audit import ledger_faults
from generations.services import ledger
from generations.services.attempts.claim import claim_next
from generations.services.attempts.record import CallRecord
from generations.services.attempts.settle import close_attempt, settle_attempt, start_collecting
from generations.services.attempts.sweep import sweep_attempts
from generations.services.generations import cancel_generation, retry_generation
from generations.services.settlements import NotOpen, open_attempts, settle_unconfirmed
from tests.factories import CHAT, IMAGES, store_image, submit
from tests.support.cast import make_person

UNPRICED = "demo/gpt-image-2"
MODELS = [CHAT, IMAGES, UNPRICED]
ERRORS = [
    (Code.MODERATION, Charged.AS_MODEL, False),
    (Code.BROKEN_PICTURE, Charged.YES, False),
    (Code.KEY_WRONG, Charged.NO, False),
    (Code.RATE_LIMITED, Charged.NO, True),
    (Code.CONNECTION_LOST, Charged.UNKNOWN, False),
    (Code.CANCELED, Charged.UNKNOWN, False),
]
MONEY = st.integers(1, 10**8).map(lambda micros: Decimal(micros) / 10**6)
COUNTS = st.integers(0, 10**6)
USAGE = st.builds(
    Usage,
    text_in=COUNTS,
    cached_text_in=COUNTS,
    image_in=COUNTS,
    cached_image_in=COUNTS,
    image_out=COUNTS,
    is_trustworthy=st.booleans(),
)
ANY = st.integers(0, 10**6)


@dataclass
class Hand:
    attempt: Attempt
    worker: UUID
    is_over: bool = False


@dataclass
class Booked:
    """What an attempt cost when it was booked; only a person's correction changes it."""

    cost: Decimal | None
    corrections: list[Decimal] = field(default_factory=list)

    @property
    def expected(self) -> Decimal | None:
        if not self.corrections:
            return self.cost
        return (self.cost or Decimal(0)) + sum(self.corrections)


class Histories(RuleBasedStateMachine):
    """Everything that may happen to attempts; after each step the ledger adds up."""

    def __init__(self) -> None:
        super().__init__()
        self._undo = transaction.atomic()
        self._undo.__enter__()
        self.hands: list[Hand] = []
        self.lines: dict[int, tuple[Any, ...]] = {}
        self.booked: dict[UUID, Booked] = {}
        self.call_prices: dict[UUID, Decimal] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undo.__exit__(None, None, None)

    @initialize()
    def open_the_studio(self) -> None:
        self.ana, self.boss = make_person("ana"), make_person("boss", is_staff=True)
        PriceListItem.objects.filter(provider="demo", model="gpt-image-2").delete()
        self.call_price = Decimal("0.009")
        self.workers = [self._new_worker(), self._new_worker()]

    # A person

    @rule(model=st.sampled_from(MODELS), count=st.integers(1, 2), quality=st.sampled_from("lh"))
    def submit(self, model: str, count: int, quality: str) -> None:
        words = {"l": "low", "h": "high"}
        quality = "" if model == CHAT else words[quality]
        self._remember_price(submit(self.ana, model=model, count=count, quality=quality))

    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        if generation := self._one(self.ana.generations.order_by("created_at"), which):
            cancel_generation(generation=generation)

    @rule(which=ANY)
    def retry(self, which: int) -> None:
        if generation := self._one(self.ana.generations.order_by("created_at"), which):
            retry_generation(generation=generation)
            self._remember_price(generation)

    # Workers

    @rule(place=st.integers(0, 1))
    def claim(self, place: int) -> None:
        worker = self.workers[place]
        if attempt := claim_next(worker_id=worker):
            self.hands.append(Hand(attempt, worker))

    @precondition(lambda self: self.hands)
    @rule(which=ANY)
    def send(self, which: int) -> None:
        """What goes before the first byte."""
        attempt = self._hand(which).attempt
        sent = {"sent_at": timezone.now(), "sends": attempt.sends + 1}
        mine = Attempt.objects.filter(
            id=attempt.id, status="calling", worker=attempt.worker_id, sent_at=None
        )
        if mine.filter(generation__cancel_requested_at=None).update(**sent):
            attempt.sent_at, attempt.sends = sent["sent_at"], sent["sends"]

    @precondition(lambda self: self._receiving())
    @rule(which=ANY, usage=USAGE)
    def count_tokens(self, which: int, usage: Usage) -> None:
        self._record(self._receiver(which), usage)

    @precondition(lambda self: self._receiving())
    @rule(which=ANY)
    def deliver(self, which: int) -> None:
        """Also late: after the sweep has given the worker up, and a person has settled it."""
        hand = self._receiver(which)
        self._record(hand, ResultAddress(f"https://example.com/{hand.attempt.id}.png"))

    @precondition(lambda self: self.hands)
    @rule(which=ANY, error=st.sampled_from(ERRORS))
    def end_call(self, which: int, error: tuple[Code, Charged, bool]) -> None:
        hand = self._hand(which)
        hand.is_over = True
        code, charged, is_retryable = error
        if not start_collecting(hand.attempt, by=hand.worker):
            known = charged if hand.attempt.sent_at else Charged.NO
            failure = ProviderError(code, charged=known, is_retryable=is_retryable)
            close_attempt(hand.attempt, failure)

    @rule(which=ANY, is_good=st.booleans())
    def collect(self, which: int, is_good: bool) -> None:
        pending = Delivery.objects.filter(status="pending", attempt__status="collecting")
        if delivery := self._one(pending.order_by("pk"), which):
            if is_good:
                store_image(delivery.attempt, delivery.position)
            delivery.status = "stored" if is_good else "refused"
            delivery.save()

    @rule(which=ANY, times=st.integers(1, 2))
    def settle(self, which: int, times: int) -> None:
        attempts = Attempt.objects.exclude(deliveries__status="pending").exclude(deliveries=None)
        if attempt := self._one(attempts.order_by("created_at", "pk"), which):
            for _ in range(times):
                settle_attempt(attempt)

    @rule(place=st.integers(0, 1))
    def lose(self, place: int) -> None:
        """A worker falls silent, and another takes its place; it may still come back."""
        long_ago = timezone.now() - timedelta(hours=1)
        Worker.objects.filter(id=self.workers[place]).update(heard_at=long_ago)
        sweep_attempts()
        self.workers[place] = self._new_worker()

    @rule()
    def let_time_pass(self) -> None:
        Attempt.objects.update(not_before=None)

    # Staff

    @rule(which=ANY, charged=st.booleans(), amount=st.none() | MONEY)
    def settle_by_hand(self, which: int, charged: bool, amount: Decimal | None) -> None:
        """Any attempt is tried, as a page that is out of date would."""
        attempt = self._one(Attempt.objects.order_by("created_at", "pk"), which)
        attempt = self._one(open_attempts().order_by("created_at", "pk"), which) or attempt
        if attempt is None:
            return
        amount = amount if charged else None
        try:
            settle_unconfirmed(
                attempt=attempt, charged=charged, amount=amount, reason="A", settled_by=self.boss
            )
        except NotOpen:
            return
        if charged:
            self.booked[attempt.id] = Booked(amount)

    @rule(which=ANY, amount=MONEY)
    def correct(self, which: int, amount: Decimal) -> None:
        booked = Attempt.objects.filter(charged="yes").order_by("created_at", "pk")
        if attempt := self._one(booked, which):
            ledger.adjust(attempt=attempt, amount=amount, reason="B", entered_by=self.boss)
            self.booked[attempt.id].corrections.append(amount)

    @rule(
        model=st.sampled_from([CHAT, IMAGES]),
        unit=st.sampled_from(["text_in", "image_out", "image"]),
        price=MONEY,
    )
    def change_price(self, model: str, unit: str, price: Decimal) -> None:
        if model == CHAT:
            unit, self.call_price = "call", price
        PriceListItem.objects.create(
            provider="demo",
            model=model.removeprefix("demo/"),
            unit=unit,
            unit_price=price,
            effective_from=timezone.now(),
            source="A letter",
        )

    @rule(model=st.sampled_from(MODELS), charges=st.booleans())
    def change_whether_failures_are_charged(self, model: str, charges: bool) -> None:
        name = model.removeprefix("demo/")
        ImageModel.objects.filter(provider="demo", name=name).update(charges_failures=charges)

    # What always holds

    @invariant()
    def the_ledger_adds_up(self) -> None:
        assert [f"{fault.where}: {fault.what}" for fault in ledger_faults()] == []

    @invariant()
    def no_line_ever_changes(self) -> None:
        lines = {row[0]: row for row in LedgerEntry.objects.values_list()}
        assert {key: lines.get(key) for key in self.lines} == self.lines
        self.lines = lines

    @invariant()
    def what_is_booked_stays(self) -> None:
        for attempt in Attempt.objects.filter(charged="yes"):
            booked = self.booked.setdefault(attempt.id, Booked(attempt.cost))
            assert attempt.cost == booked.expected
            assert attempt.ledger_entries.filter(kind="charge").count() <= 1
        booked_now = set(Attempt.objects.filter(charged="yes").values_list("pk", flat=True))
        assert set(self.booked) == booked_now

    @invariant()
    def a_call_costs_the_price_of_its_day(self) -> None:
        for attempt in Attempt.objects.filter(charged="yes", settlement=None):
            is_corrected = bool(self.booked[attempt.id].corrections)
            if attempt.id in self.call_prices and not is_corrected:
                assert attempt.cost == self.call_prices[attempt.id]

    @invariant()
    def without_a_price_the_cost_is_unknown(self) -> None:
        unpriced = Attempt.objects.filter(generation__model="gpt-image-2", charged="yes")
        for attempt in unpriced.filter(settlement=None):
            if not self.booked[attempt.id].corrections:
                assert attempt.cost is None

    # Helpers

    def _new_worker(self) -> UUID:
        return Worker.objects.create(name="worker", heard_at=timezone.now()).id

    def _remember_price(self, generation: Any) -> None:
        if generation.image_model == CHAT:
            for attempt in generation.attempts.all():
                self.call_prices.setdefault(attempt.id, self.call_price)

    def _one(self, rows: Any, which: int) -> Any:
        found = list(rows)
        return found[which % len(found)] if found else None

    def _hand(self, which: int) -> Hand:
        return self.hands[which % len(self.hands)]

    def _receiving(self) -> list[Hand]:
        """The calls that are under way, as far as their workers know."""
        return [hand for hand in self.hands if hand.attempt.sent_at and not hand.is_over]

    def _receiver(self, which: int) -> Hand:
        receiving = self._receiving()
        return receiving[which % len(receiving)]

    def _record(self, hand: Hand, event: Any) -> None:
        record = CallRecord(hand.attempt)
        record.take(event)
        record.save()
