"""A provider whose calls cost real money, so that budgets count; nothing is ever sent to it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from generations.models import Attempt, Budget
from generations.providers.base import Charged, Code, Endpoint, ProviderError
from generations.services.attempts.settle import close_attempt
from generations.services.budgets.budgets import create_budget
from tests.factories import put_at

# A call of it costs $0.009
REAL = "aihubmix/gpt-4o-image-vip"
CALL = Decimal("0.009")


@pytest.fixture
def real_money(settings: Any) -> None:
    """The composer offers models that cost real money."""
    address = "http://127.0.0.1:9/v1"
    endpoint = Endpoint(name="aihubmix", base_url=address, api_key="key", is_demo=False)
    settings.PROVIDERS = {"aihubmix": endpoint}


@pytest.fixture
def budget(boss: Any) -> Callable[..., Budget]:
    """Makes one as staff do: budget(limit=…, warn_at=…, person=ana, period="week")."""

    def budget(period: str = "month", **facts: Any) -> Budget:
        scope = facts.pop("scope", "team")
        scope = "person" if "person" in facts else "project" if "project" in facts else scope
        amounts = {name: _money(facts.pop(name, None)) for name in ("warn_at", "limit")}
        return create_budget(scope=scope, period=period, by=boss, **amounts, **facts)

    return budget


def fail(attempt: Attempt, *, charged: Charged) -> None:
    """Ends a call without a picture: YES costs its price, UNKNOWN leaves it held."""
    put_at(attempt, "calling", sent_at=attempt.created_at, charged="")
    close_attempt(attempt, ProviderError(Code.SERVER_ERROR, charged=charged))


def _money(amount: Any) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))
