"""Fields that several models share."""

from decimal import Decimal
from typing import Any

from django.db import models

MICRO_DOLLAR = Decimal("0.000001")


class MoneyField(models.DecimalField):
    """US dollars with six places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"max_digits": 14, "decimal_places": 6} | kwargs))
