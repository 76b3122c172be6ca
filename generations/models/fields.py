"""Fields that several models share."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.expressions import Combinable

MICRO_DOLLAR = Decimal("0.000001")


class MoneyField(models.DecimalField):
    """US dollars with six places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max_digits": 14, "decimal_places": 6} | kwargs))


class ExactMoneyField(models.BigIntegerField):
    """US dollars with six places, in the database whole micro-dollars.

    For sums that are added to in place: SQLite keeps decimals as floating point numbers, whose
    sums are not exact.
    """

    description = "US dollars, kept as micro-dollars"
    _pyi_private_set_type: Decimal | int | Combinable  # type: ignore[assignment]
    _pyi_private_get_type: Decimal  # type: ignore[assignment]
    _pyi_lookup_exact_type: Decimal | int  # type: ignore[assignment]

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-6)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return int(Decimal(value).scaleb(6))

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value)
