"""Two to four pictures side by side: where their settings differ, and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generations.models import OutputImage
from generations.selectors.asked import AskedAndGot, asked_and_got_of_image

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class Difference:
    """One setting; `values` in the order of the pictures, "" where one has none."""

    name: str
    values: Sequence[str]


@dataclass(frozen=True)
class Compared:
    """A picture; `dearer_by` is beyond the cheapest (USD), None where a cost is unknown."""

    image: OutputImage
    dearer_by: Decimal | None


@dataclass(frozen=True)
class Comparison:
    pictures: Sequence[Compared]
    differences: Sequence[Difference]
    is_same_prompt: bool
    # The dearest beyond the cheapest (USD); None where a cost is unknown
    price_difference: Decimal | None


def comparison_of(images: QuerySet[OutputImage]) -> Comparison:
    """Of these pictures, in the order of their frame numbers."""
    found = list(images.select_related("attempt", "generation__requested_by").order_by("pk"))
    costs = [image.cost for image in found if image.cost is not None]
    # Demo money and real money are never set against each other
    is_priced = len(costs) == len(found) and len({it.generation.is_demo for it in found}) == 1
    least = min(costs) if is_priced else None
    return Comparison(
        pictures=[Compared(it, _beyond(it.cost, least)) for it in found],
        differences=_differences(found),
        is_same_prompt=len({image.generation.prompt for image in found}) == 1,
        price_difference=_beyond(max(costs), least) if is_priced else None,
    )


def _beyond(cost: Decimal | None, least: Decimal | None) -> Decimal | None:
    return None if cost is None or least is None else cost - least


def _differences(images: Sequence[OutputImage]) -> list[Difference]:
    """Only what is not the same everywhere; the time of a call always differs and is left in."""
    told = [{row.name: _words(row) for row in asked_and_got_of_image(image)} for image in images]
    people = [
        it.generation.requested_by.get_full_name() or it.generation.requested_by.get_username()
        for it in images
    ]
    for facts, person in zip(told, people, strict=True):
        facts[_("Person")] = person
    names = dict.fromkeys(name for facts in told for name in facts)
    rows = [Difference(name, [facts.get(name, "") for facts in told]) for name in names]
    return [row for row in rows if len(set(row.values)) > 1]


def _words(row: AskedAndGot) -> str:
    """What came, and what was asked for where that is something else."""
    if not row.got or row.got == row.asked:
        return row.asked or row.got
    if row.asked and row.differs:
        return _("%(got)s (asked: %(asked)s)") % {"got": row.got, "asked": row.asked}
    return row.got
