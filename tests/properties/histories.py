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

from generations.models import (
    Attempt,
    Generation,
    ImageModel,
    LedgerEntry,
    PriceListItem,
    Worker,
)
from generations.providers.base import Charged, Code, ProviderError, ResultAddress, Usage
from generations.selectors.audit import ledger_faults
from generations.selectors.spend_check import differences
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
MODELS = [CHAT, CHAT, IMAGES, UNPRICED]
MOST_GENERATIONS = 3

End = tuple[Code, Charged, bool]
# How a call ends that brought no picture: code, what the provider says of money, may be sent again
ENDS: list[End] = [
    (Code.CONNECTION_LOST, Charged.UNKNOWN, False),
    (Code.CANCELED, Charged.UNKNOWN, False),
    (Code.MODERATION, Charged.AS_MODEL, False),
    (Code.BROKEN_PICTURE, Charged.YES, False),
    (Code.KEY_WRONG, Charged.NO, False),
    (Code.RATE_LIMITED, Charged.NO, True),
]
END = st.sampled_from(ENDS)
QUALITY = st.sampled_from(["low", "high"])
MOSTLY = st.sampled_from([True, True, True, False])
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
        self.generations: list[Generation] = []
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

    @precondition(lambda self: len(self.generations) < MOST_GENERATIONS)
    @rule(model=st.sampled_from(MODELS), count=st.integers(1, 2), quality=QUALITY)
    def submit(self, model: str, count: int, quality: str) -> None:
        quality = "" if model == CHAT else quality
        generation = submit(self.ana, model=model, count=count, quality=quality)
        self.generations.append(generation)
        self._remember_price(generation)

    @precondition(lambda self: self.generations)
    @rule(which=ANY, is_kept=MOSTLY)
    def cancel(self, which: int, is_kept: bool) -> None:
        if not is_kept:
            cancel_generation(generation=_one(self.generations, which))

    @precondition(lambda self: self.generations)
    @rule(which=ANY)
    def retry(self, which: int) -> None:
        generation = _one(self.generations, which)
        retry_generation(generation=generation)
        self._remember_price(generation)

    # Workers

    @precondition(lambda self: self.generations)
    @rule(place=st.integers(0, 1), is_sent=MOSTLY)
    def claim(self, place: int, is_sent: bool) -> None:
        Attempt.objects.update(not_before=None)
        worker = self.workers[place]
        if attempt := claim_next(worker_id=worker):
            self.hands.append(Hand(attempt, worker))
            if is_sent:
                self._send(self.hands[-1])

    @precondition(lambda self: self._unsent())
    @rule(which=ANY)
    def send_late(self, which: int) -> None:
        self._send(_one(self._unsent(), which))

    @precondition(lambda self: self._receiving())
    @rule(which=ANY, usage=st.none() | USAGE, pictures=st.integers(0, 2), end=st.none() | END)
    def answer(self, which: int, usage: Usage | None, pictures: int, end: End | None) -> None:
        """Also late: after the sweep has given the worker up, and a person has settled it."""
        hand = _one(self._receiving(), which)
        if usage is not None:
            self._record(hand, usage)
        for _ in range(pictures):
            self._record(hand, ResultAddress(f"https://example.com/{hand.attempt.id}.png"))
        if end is not None:
            self._end(hand, end)

    @precondition(lambda self: self.hands)
    @rule(which=ANY, end=END)
    def end_call(self, which: int, end: End) -> None:
        """Also for the second time, and of what another worker has by now."""
        self._end(_one(self.hands, which), end)

    @precondition(lambda self: self._collecting())
    @rule(which=ANY, are_good=st.lists(MOSTLY, min_size=1, max_size=3), times=st.integers(0, 2))
    def collect(self, which: int, are_good: list[bool], times: int) -> None:
        """Some of what was delivered or all of it; the end is written once, twice or not yet."""
        attempt = _one(self._collecting(), which)
        pending = attempt.deliveries.filter(status="pending")
        for is_good, delivery in zip(are_good, pending, strict=False):
            if is_good:
                store_image(attempt, delivery.position)
            delivery.status = "stored" if is_good else "refused"
            delivery.save()
        if not attempt.deliveries.filter(status="pending").exists():
            for _ in range(times):
                settle_attempt(attempt)

    @rule(place=st.integers(0, 1))
    def lose(self, place: int) -> None:
        """A worker falls silent, and another takes its place; it may still come back."""
        long_ago = timezone.now() - timedelta(hours=1)
        Worker.objects.filter(id=self.workers[place]).update(heard_at=long_ago)
        sweep_attempts()
        self.workers[place] = self._new_worker()

    # Staff

    @precondition(lambda self: self.hands)
    @rule(which=ANY, charged=st.booleans(), amount=st.none() | MONEY, is_open=MOSTLY)
    def settle_by_hand(
        self, which: int, charged: bool, amount: Decimal | None, is_open: bool
    ) -> None:
        """Now and then of what is not open any more, as on a page that is out of date."""
        rows = open_attempts() if is_open else Attempt.objects.all()
        attempt = _one(rows.order_by("created_at", "pk"), which)
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

    @precondition(lambda self: self.booked)
    @rule(which=ANY, amount=MONEY)
    def correct(self, which: int, amount: Decimal) -> None:
        attempt = Attempt.objects.get(pk=_one(list(self.booked), which))
        ledger.adjust(attempt=attempt, amount=amount, reason="B", entered_by=self.boss)
        self.booked[attempt.id].corrections.append(amount)

    @precondition(lambda self: self.hands)
    @rule(unit=st.sampled_from(["text_in", "image_out", "image"]), price=MONEY, charges=MOSTLY)
    def change_prices(self, unit: str, price: Decimal, charges: bool) -> None:
        self.call_price = price
        for model, of in ((CHAT, "call"), (IMAGES, unit)):
            PriceListItem.objects.create(
                provider="demo",
                model=model.removeprefix("demo/"),
                unit=of,
                unit_price=price,
                effective_from=timezone.now(),
                source="A letter",
            )
        ImageModel.objects.filter(provider="demo").update(charges_failures=charges)

    # What always holds

    @invariant()
    def the_ledger_adds_up(self) -> None:
        assert [f"{fault.where}: {fault.what}" for fault in ledger_faults()] == []

    @invariant()
    def the_daily_sums_are_those_of_the_ledger(self) -> None:
        assert list(differences()) == []

    @invariant()
    def no_line_ever_changes(self) -> None:
        lines = {row[0]: row for row in LedgerEntry.objects.values_list()}
        assert {key: lines.get(key) for key in self.lines} == self.lines
        self.lines = lines

    @invariant()
    def what_is_booked_stays_and_has_the_price_of_its_day(self) -> None:
        charged = {attempt.id: attempt for attempt in Attempt.objects.filter(charged="yes")}
        assert set(self.booked) <= set(charged)
        for attempt in charged.values():
            if attempt.id not in self.booked:
                self.booked[attempt.id] = Booked(attempt.cost)
                self._check_price(attempt)
            assert attempt.cost == self.booked[attempt.id].expected
            assert attempt.ledger_entries.filter(kind="charge").count() <= 1

    def _check_price(self, attempt: Attempt) -> None:
        if attempt.id in self.call_prices:
            assert attempt.cost == self.call_prices[attempt.id]
        if attempt.generation.image_model == UNPRICED:
            assert attempt.cost is None

    # Helpers

    def _new_worker(self) -> UUID:
        return Worker.objects.create(name="worker", heard_at=timezone.now()).id

    def _remember_price(self, generation: Any) -> None:
        if generation.image_model == CHAT:
            for attempt in generation.attempts.all():
                self.call_prices.setdefault(attempt.id, self.call_price)

    def _send(self, hand: Hand) -> None:
        """What goes before the first byte."""
        attempt = hand.attempt
        sent = {"sent_at": timezone.now(), "sends": attempt.sends + 1}
        mine = Attempt.objects.filter(
            id=attempt.id, status="calling", worker=attempt.worker_id, sent_at=None
        )
        if mine.filter(generation__cancel_requested_at=None).update(**sent):
            attempt.sent_at, attempt.sends = sent["sent_at"], sent["sends"]

    def _record(self, hand: Hand, event: Any) -> None:
        record = CallRecord(hand.attempt)
        record.take(event)
        record.save()

    def _end(self, hand: Hand, end: End) -> None:
        hand.is_over = True
        code, charged, is_retryable = end
        if not start_collecting(hand.attempt, by=hand.worker):
            known = charged if hand.attempt.sent_at else Charged.NO
            failure = ProviderError(code, charged=known, is_retryable=is_retryable)
            close_attempt(hand.attempt, failure)

    def _unsent(self) -> list[Hand]:
        return [hand for hand in self.hands if not hand.attempt.sent_at and not hand.is_over]

    def _receiving(self) -> list[Hand]:
        """The calls that are under way, as far as their workers know."""
        return [hand for hand in self.hands if hand.attempt.sent_at and not hand.is_over]

    def _collecting(self) -> list[Attempt]:
        rows = Attempt.objects.filter(status="collecting").order_by("created_at", "pk")
        return list(rows) if self.hands else []


def _one(rows: Any, which: int) -> Any:
    found = list(rows)
    return found[which % len(found)] if found else None
