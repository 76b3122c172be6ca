"""A price list as a CSV file: read as a whole, every fault named by its line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils.dateparse import parse_date, parse_datetime

from generations.models import ImageModel, PriceListItem
from generations.models.fields import MICRO_DOLLAR
from generations.services.prices.rows import Key, KnownPrices, NewPrice
from generations.services.spend.days import start_of
from generations.services.usage_imports.table import Table

HEAD = ("provider", "model", "unit", "size", "quality", "unit_price_usd", "effective_from")
WITH_SOURCE = (*HEAD, "source")
NEEDED = ("provider", "model", "unit", "unit_price_usd", "effective_from")
UNITS = frozenset(PriceListItem.Unit.values)
LARGEST = Decimal(1_000_000)
SIZE = re.compile(r"\d{1,5}x\d{1,5}")
WORD = re.compile(r"[a-z]{1,10}")
# What a spreadsheet's own signs around a number may be
IDLE_SIGNS = re.compile(r"[\s$'’]|USD", re.IGNORECASE)


class MissingColumns(Exception):
    """The head lacks columns; the argument is their names."""


@dataclass(frozen=True)
class PriceFault:
    """What is wrong in a line: `fault` is a word for the wording, `cell` what stands there."""

    number: int
    fault: str
    cell: str = ""


@dataclass
class PriceFile:
    """What a file says: new prices, how many are there already, and what is wrong."""

    new: list[NewPrice] = field(default_factory=list)
    unchanged: int = 0
    faults: list[PriceFault] = field(default_factory=list)


def read_price_file(table: Table) -> PriceFile:
    """Checks every line; raises MissingColumns. With faults nothing of it may be taken in."""
    head = [column.lower() for column in table.head]
    missing = [column for column in NEEDED if column not in head]
    if missing:
        raise MissingColumns(missing)
    return _Reading(table, head).read()


class _Reading:
    """One pass over the lines, with what is known of prices and models."""

    def __init__(self, table: Table, head: Sequence[str]) -> None:
        places = {name: head.index(name) for name in WITH_SOURCE if name in head}
        self._rows = [
            (number, {name: _plain_cell(row[place]) for name, place in places.items()})
            for number, row in table.rows
        ]
        self._sign = _decimal_sign(cells["unit_price_usd"] for _, cells in self._rows)
        self._known = KnownPrices()
        self._models = set(ImageModel.objects.values_list("provider", "name"))
        self._seen: dict[tuple[Key, date | datetime], tuple[int, Decimal]] = {}
        self._found = PriceFile()

    def read(self) -> PriceFile:
        for number, cells in self._rows:
            fault = self._take(number, cells)
            if fault is not None:
                self._found.faults.append(PriceFault(number, *fault))
        return self._found

    def _take(self, number: int, cells: Mapping[str, str]) -> tuple[str, str] | None:
        """Takes a line in, or says what is wrong with it."""
        if fault := _fault_of_names(cells):
            return fault
        price = _price_of(cells["unit_price_usd"], self._sign)
        if isinstance(price, str):
            return price, cells["unit_price_usd"]
        begins = _begin_of(cells["effective_from"])
        if begins is None:
            return "date", cells["effective_from"]
        return self._compare(number, _new_price(cells, price, begins))

    def _compare(self, number: int, new: NewPrice) -> tuple[str, str] | None:
        earlier = self._seen.setdefault((new.key, new.begins), (number, new.unit_price))
        if earlier[0] != number:
            return None if earlier[1] == new.unit_price else ("contradiction", str(earlier[0]))
        there = self._known.of_the_same_time(new)
        if new.unit_price == there:
            self._found.unchanged += 1
            return None
        if there is not None and not new.is_from_now:
            return "superseded", f"{there:f}"
        if new.is_past:
            return "past", new.day.isoformat()
        if (new.provider, new.model) not in self._models:
            return "model", f"{new.provider}/{new.model}"
        self._found.new.append(new)
        return None


def _fault_of_names(cells: Mapping[str, str]) -> tuple[str, str] | None:
    unit, size, quality = cells["unit"], cells.get("size", ""), cells.get("quality", "")
    if not (cells["provider"] and cells["model"]):
        return "no_model", ""
    if unit not in UNITS:
        return "unit", unit
    if (size or quality) and unit != PriceListItem.Unit.IMAGE:
        return "only_images", size or quality
    if size and not SIZE.fullmatch(size):
        return "size", size
    return ("quality", quality) if quality and not WORD.fullmatch(quality) else None


def _new_price(cells: Mapping[str, str], price: Decimal, begins: date | datetime) -> NewPrice:
    return NewPrice(
        provider=cells["provider"],
        model=cells["model"],
        unit=cells["unit"],
        size=cells.get("size", ""),
        quality=cells.get("quality", ""),
        unit_price=price,
        begins=begins,
        source=cells.get("source", "")[:200],
    )


def _plain_cell(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return cell[1:] if re.match(r"'[=+\-@]", cell) else cell


def _decimal_sign(cells: Iterator[str]) -> str:
    """How the file writes 0.009: by a point unless a price shows that it is a comma.

    Empty where prices like 1,000 may be read both ways and no other price helps.
    """
    texts = [IDLE_SIGNS.sub("", cell) for cell in cells]
    if any("." in text for text in texts):
        return "."
    with_comma = [text for text in texts if "," in text]
    if not with_comma:
        return "."
    return "," if any(not re.search(r"^[1-9]\d*,\d{3}$", text) for text in with_comma) else ""


def _price_of(cell: str, sign: str) -> Decimal | str:
    """The price (USD), or what is wrong with it."""
    text = IDLE_SIGNS.sub("", cell)
    if "," in text and not sign:
        return "ambiguous"
    if sign == ",":
        text = text.replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", text):
        return "price"
    price = Decimal(text)
    if price >= LARGEST:
        return "price"
    rounded = price.quantize(MICRO_DOLLAR)
    return rounded if rounded == price else "places"


def _begin_of(cell: str) -> date | datetime | None:
    """A day, or a moment with its zone; of a moment without one, that of the team."""
    try:
        if (day := parse_date(cell)) is not None:
            return day if 2000 <= day.year < 2200 else None
        moment = parse_datetime(cell)
    except ValueError:
        return None
    if moment is None or not 2000 <= moment.year < 2200:
        return None
    zone = start_of(moment.date()).tzinfo
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
