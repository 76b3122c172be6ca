"""Which columns of a usage export hold what, and how its times and amounts are written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from typing import Any

from generations.models import UsageColumns

# How exports name their columns; the first that fits is proposed
USUAL = {
    "time": "created_at|created at|timestamp|time|date|start_time|时间|fecha",
    "model": "model|model_name|model name|模型|modelo",
    "request_id": "request_id|request id|requestid|x-request-id|请求id|id",
    "amount": "cost_usd|amount_usd|cost|amount|price|quota|费用|coste|importe",
}


@dataclass(frozen=True)
class Columns:
    """Names of columns (model and request_id may be empty), and how cells are written.

    `zone` is that of times which name none; `decimal_sign` is "." or ","; `day_first` reads
    03/04/2026 as 3 April; `units_per_dollar` is how many of the amount's units are one USD.
    """

    time: str = ""
    amount: str = ""
    model: str = ""
    request_id: str = ""
    zone: str = "UTC"
    decimal_sign: str = "."
    day_first: bool = False
    units_per_dollar: str = "1"

    @property
    def units(self) -> Decimal:
        return Decimal(self.units_per_dollar)


def proposed_columns(
    *, provider: str, head: Sequence[str], rows: Iterable[Sequence[str]]
) -> Columns:
    """What the last import of this provider used where it fits this head, else what is usual."""
    remembered = UsageColumns.objects.filter(provider=provider).first()
    if remembered is not None and _fits(remembered.columns, head):
        names = {field.name for field in fields(Columns)}
        known = Columns(**{name: v for name, v in remembered.columns.items() if name in names})
    else:
        usual: dict[str, Any] = {use: _usual_column(use, head) for use in USUAL}
        known = Columns(**usual)
    return replace(known, decimal_sign=_sign_of(known, head, rows))


def remember_columns(*, provider: str, columns: Columns) -> None:
    UsageColumns.objects.update_or_create(provider=provider, defaults={"columns": asdict(columns)})


def _fits(columns: Mapping[str, Any], head: Sequence[str]) -> bool:
    return all(columns.get(use, "") in ("", *head) for use in USUAL)


def _usual_column(use: str, head: Sequence[str]) -> str:
    names = {name.casefold(): name for name in head}
    return next((names[it] for it in USUAL[use].split("|") if it in names), "")


def _sign_of(known: Columns, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """What the first amounts show where they have one sign alone, whatever the last file had."""
    if not known.amount:
        return known.decimal_sign
    place = list(head).index(known.amount)
    cells = "".join(row[place] for row in rows)
    shown = [sign for sign in ".," if sign in cells]
    return shown[0] if len(shown) == 1 else known.decimal_sign
