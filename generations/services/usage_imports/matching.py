"""Which of our calls a provider's line is about: by its request id, else by model and time."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from generations.services.usage_imports.lines import ReadLine

# Clocks differ, and a provider may write a call down when it begins or when it has ended
EARLY, LATE = timedelta(minutes=1), timedelta(minutes=2)
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Call:
    """One attempt that was sent; `ended_at` is when it must have ended at the provider.

    An earlier line may name it already: then only one with its request id is about it too.
    """

    id: UUID
    model: str
    sent_at: datetime
    ended_at: datetime
    request_id: str
    cost: Decimal | None
    is_named: bool = False


def match_lines(lines: Sequence[ReadLine], calls: Sequence[Call]) -> dict[int, UUID]:
    """The call of each line that has one, by the line's place in the sequence.

    Several lines may name one call by its request id (a charge and its refund); by model and
    time each call is taken once, by the line that is nearest.
    """
    found = _by_request_id(lines, calls)
    taken = set(found.values()) | {call.id for call in calls if call.is_named}
    # Those within a call first, so that no near miss takes its place
    for early, late in ((NOTHING, NOTHING), (EARLY, LATE)):
        left: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(lines):
            if place not in found:
                left[_plain(line.model)].append(place)
        for model, places in left.items():
            ours = [it for it in calls if it.id not in taken and model in ("", _plain(it.model))]
            found |= _by_time(lines, places, ours, early=early, late=late)
            taken.update(found.values())
    return found


def _by_request_id(lines: Sequence[ReadLine], calls: Iterable[Call]) -> dict[int, UUID]:
    known = {call.request_id: call.id for call in calls if call.request_id}
    return {
        place: known[line.request_id]
        for place, line in enumerate(lines)
        if line.request_id in known
    }


def _by_time(
    lines: Sequence[ReadLine],
    places: Iterable[int],
    calls: Sequence[Call],
    *,
    early: timedelta,
    late: timedelta,
) -> dict[int, UUID]:
    waiting = sorted(calls, key=lambda call: call.sent_at, reverse=True)
    near: list[Call] = []
    found: dict[int, UUID] = {}
    for place in sorted(places, key=lambda place: lines[place].at):
        line = lines[place]
        while waiting and waiting[-1].sent_at <= line.at + early:
            near.append(waiting.pop())
        near = [call for call in near if call.ended_at + late >= line.at]
        if near:
            best = min(near, key=lambda call: _distance(call, line))
            found[place] = best.id
            near.remove(best)
    return found


def _distance(call: Call, line: ReadLine) -> tuple[timedelta, bool, datetime]:
    """How far off the line's time is; then the same amount, then the earlier call, is nearer."""
    before, after = call.sent_at - line.at, line.at - call.ended_at
    return max(before, after, NOTHING), call.cost != line.amount, call.sent_at


def _plain(model: str) -> str:
    """Without provider, case and the day of a snapshot: "openai/GPT-image-2-2026-04-21"."""
    return re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model.rpartition("/")[2].casefold())
