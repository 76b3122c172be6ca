"""A page of the generations behind a number, with all that the list shows of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import dropwhile, groupby, islice
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Left

from generations.models import Generation, OutputImage
from generations.selectors.costs.collections import rows_by_collection
from generations.selectors.costs.figures import CODE, figures
from generations.selectors.costs.selection import (
    OPEN,
    UNPRICED,
    Selection,
    Share,
    of_code,
    shares,
)
from generations.selectors.costs.sums import Sums, total
from generations.selectors.moment import one_moment
from generations.services.spend.days import team_day
from generations.services.spend.sums import charged_or_made_at

PAGE_SIZE = 50
PROMPT_LENGTH = 240
THUMBNAILS = 4
Place = tuple[date, int, str]


@dataclass(frozen=True)
class Entry:
    """A generation on a day: its share of the number, and what it delivered that day."""

    share: Share
    generation: Generation
    images: Sequence[OutputImage] = field(default_factory=list)

    @property
    def amount(self) -> Decimal | None:
        return self.share.amount

    @property
    def delivered(self) -> int:
        return len(self.images)

    @property
    def kept(self) -> int:
        return sum(image.is_in_gallery for image in self.images)

    @property
    def shown(self) -> Sequence[OutputImage]:
        return [image for image in self.images if image.is_in_gallery][:THUMBNAILS]


@dataclass(frozen=True)
class EntryPage:
    """`older` is the place before which the next page begins, None at the end."""

    entries: Sequence[Entry]
    older: Place | None

    @property
    def days(self) -> list[tuple[date, list[Entry]]]:
        by_day = groupby(self.entries, key=lambda entry: entry.share.day)
        return [(day, list(entries)) for day, entries in by_day]


def entry_page(
    selection: Selection, *, before: Place | None = None, size: int | None = None
) -> EntryPage:
    size = size or PAGE_SIZE
    with one_moment():
        until = min(before[0], selection.scope.last) if before else selection.scope.last
        found: Iterator[Share] = shares(selection, until=until)
        if before:
            found = dropwhile(lambda share: share.place >= before, found)
        page = list(islice(found, size + 1))
        older = page[size - 1].place if len(page) > size else None
        return EntryPage(_entries(selection, page[:size]), older)


def all_entries(selection: Selection) -> Iterator[Entry]:
    """Every one, many at a time."""
    before: Place | None = None
    while True:
        page = entry_page(selection, before=before, size=1000)
        yield from page.entries
        if page.older is None:
            return
        before = page.older


def selection_total(selection: Selection) -> Sums:
    """The sum of all shares: in `spent`, or in `unconfirmed`, `held` where that is asked."""
    if selection.collection:
        return _total_of_collection(selection)
    if selection.reason:
        return figures(selection.scope).by[CODE].get(selection.reason, Sums())
    if selection.outcome in OPEN or selection.outcome == UNPRICED:
        return figures(selection.scope).total
    return total(selection.scope, of_code(selection))


def place_from(text: str) -> Place | None:
    """A place as it stands in an address; raises ValueError for what is none."""
    if not text:
        return None
    day, mark, generation = text.split("_")
    if not mark.isascii() or not mark.isdigit() or len(mark) > 18:
        raise ValueError(text)
    return date.fromisoformat(day), int(mark), str(UUID(generation))


def _entries(selection: Selection, found: Sequence[Share]) -> list[Entry]:
    ids = {share.generation for share in found}
    rows = Generation.objects.filter(pk__in=ids).select_related("requested_by", "project")
    generations = rows.annotate(caption=Left("prompt", PROMPT_LENGTH)).defer("prompt").in_bulk()
    images = _images(selection, ids)
    return [
        Entry(share, generations[share.generation], images.get((share.day, share.generation), []))
        for share in found
    ]


def _images(selection: Selection, ids: set[UUID]) -> Mapping[tuple[date, UUID], list[OutputImage]]:
    """By the day on which they count."""
    if not selection.has_pictures:
        return {}
    rows = OutputImage.objects.filter(
        Q(is_in_gallery=True) | Q(trashed_at__isnull=False), generation__in=ids
    )
    if selection.collection:
        rows = rows.filter(collection_items__collection=selection.collection)
    found: dict[tuple[date, UUID], list[OutputImage]] = defaultdict(list)
    for image in rows.annotate(moment=charged_or_made_at()).order_by("pk"):
        moment = image.created_at if selection.collection else image.moment
        found[team_day(moment), image.generation_id].append(image)
    return found


def _total_of_collection(selection: Selection) -> Sums:
    rows = rows_by_collection(selection.scope)
    return next((row.sums for row in rows if row.key == str(selection.collection)), Sums())
