"""The rules that one attempt and its ledger lines keep; each fault in a few words for operators."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from generations.models import Attempt, LedgerEntry
from generations.providers.base import Charged
from generations.selectors.accounts import AttemptAccount, GenerationAccount, Line

Kind = LedgerEntry.Kind
Status = Attempt.Status
ZERO = Decimal(0)
ONCE = (Kind.HOLD, Kind.RELEASE, Kind.CHARGE)
OPEN = ("", Charged.UNKNOWN)
BOOKED = (Charged.YES, Charged.NO)

# What may be said of the money in each state; "unconfirmed" and yes or no is settled by a person
MAY_BE_CHARGED: dict[str, tuple[str, ...]] = {
    Status.QUEUED: ("",),
    Status.CALLING: ("",),
    # With yes or no: a picture that came after the end
    Status.COLLECTING: ("", *BOOKED),
    Status.SUCCEEDED: (Charged.YES,),
    Status.FAILED: BOOKED,
    Status.CANCELED: BOOKED,
    Status.UNCONFIRMED: (Charged.UNKNOWN, *BOOKED),
}


def faults_of(attempt: AttemptAccount, generation: GenerationAccount) -> Iterator[str]:
    """Everything about one attempt that breaks a rule."""
    yield from _faults_of_state(attempt)
    yield from _faults_of_lines(attempt, generation.is_demo)
    yield from _faults_of_hold(attempt)
    yield from _faults_of_charge(attempt)
    yield from _faults_of_pictures(attempt, generation)


def is_open(attempt: AttemptAccount) -> bool:
    """Nothing is booked yet; what collects a late picture is booked already."""
    return attempt.charged in OPEN


def spent_of(attempt: AttemptAccount) -> Decimal:
    """What the ledger says that the attempt cost (USD)."""
    return amount_of(attempt, Kind.CHARGE, Kind.ADJUSTMENT)


def amount_of(attempt: AttemptAccount, *kinds: str) -> Decimal:
    return sum((line.amount for line in attempt.lines if line.kind in kinds), ZERO)


def _faults_of_state(attempt: AttemptAccount) -> Iterator[str]:
    if attempt.charged not in MAY_BE_CHARGED.get(attempt.status, ()):
        yield f"is {attempt.status}, and charged is “{attempt.charged}”"
    is_settled = attempt.status == Status.UNCONFIRMED and not is_open(attempt)
    if is_settled and attempt.settlement is None:
        yield f"is settled as charged “{attempt.charged}”, by nobody"
    if attempt.settlement is not None and is_open(attempt):
        yield "was settled, and is open again"


def _faults_of_lines(attempt: AttemptAccount, is_demo: bool) -> Iterator[str]:
    counts = Counter(line.kind for line in attempt.lines)
    for kind in ONCE:
        if counts[kind] > 1:
            yield f"has {counts[kind]} lines of kind {kind}"
    for line in attempt.lines:
        if line.is_demo != is_demo:
            yield f"line {line.id} is {'demo' if line.is_demo else 'real'}, its generation is not"
        if line.kind == Kind.ADJUSTMENT and not (line.reason and line.entered_by):
            yield f"line {line.id} is an adjustment without a reason or a person"
        if _has_wrong_sign(line):
            yield f"line {line.id} has the wrong sign: {line.kind} {_usd(line.amount)}"


def _has_wrong_sign(line: Line) -> bool:
    if line.kind == Kind.ADJUSTMENT:
        return False
    return line.amount > 0 if line.kind == Kind.RELEASE else line.amount < 0


def _faults_of_hold(attempt: AttemptAccount) -> Iterator[str]:
    held, released = _only(attempt, Kind.HOLD), _only(attempt, Kind.RELEASE)
    if held != attempt.estimate:
        yield f"held {_usd(held)}, its estimate is {_usd(attempt.estimate)}"
    if released is not None and released != -(held or ZERO):
        yield f"released {_usd(released)}, held {_usd(held)}"
    if released is not None and held is None:
        yield "released without a hold"
    if released is not None and is_open(attempt):
        yield f"is {attempt.status}, yet its hold was released"
    if held is not None and released is None and not is_open(attempt):
        yield f"is {attempt.status}, charged “{attempt.charged}”, yet its hold is open"


def _faults_of_charge(attempt: AttemptAccount) -> Iterator[str]:
    charged, spent = _only(attempt, Kind.CHARGE), spent_of(attempt)
    if charged is not None and attempt.charged != Charged.YES:
        yield f"is charged “{attempt.charged}”, yet {_usd(charged)} is booked"
    if is_open(attempt):
        if attempt.cost is not None or spent:
            yield f"is open, yet has a cost: {_usd(attempt.cost)}, booked {_usd(spent)}"
        return
    if attempt.charged == Charged.NO and (attempt.cost is None or attempt.cost):
        yield f"is not charged, yet its cost is {_usd(attempt.cost)}"
    if (attempt.cost or ZERO) != spent:
        yield f"cost {_usd(attempt.cost)}, booked {_usd(spent)}"
    if attempt.cost is not None and attempt.charged == Charged.YES and not _has_cost_line(attempt):
        yield f"cost {_usd(attempt.cost)}, and no line says so"


def _faults_of_pictures(attempt: AttemptAccount, generation: GenerationAccount) -> Iterator[str]:
    pictures = attempt.pictures
    for picture in pictures:
        if picture.generation != generation.id:
            yield f"its picture {picture.id:04d} is of another generation"
    if pictures and attempt.status not in (Status.SUCCEEDED, Status.COLLECTING):
        yield f"is {attempt.status}, yet has {len(pictures)} pictures"
    if attempt.status != Status.SUCCEEDED:
        return
    if not pictures:
        yield "succeeded without a picture"
    costs = [picture.cost for picture in pictures]
    if any((cost is None) != (attempt.cost is None) for cost in costs):
        yield f"cost {_usd(attempt.cost)}, its pictures {', '.join(_usd(cost) for cost in costs)}"
    elif pictures and sum((cost or ZERO for cost in costs), ZERO) != (attempt.cost or ZERO):
        total = sum((cost or ZERO for cost in costs), ZERO)
        yield f"cost {_usd(attempt.cost)}, its pictures {_usd(total)}"


def _has_cost_line(attempt: AttemptAccount) -> bool:
    return any(line.kind in (Kind.CHARGE, Kind.ADJUSTMENT) for line in attempt.lines)


def _only(attempt: AttemptAccount, kind: str) -> Decimal | None:
    return next((line.amount for line in attempt.lines if line.kind == kind), None)


def _usd(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"${amount:.6f}"
