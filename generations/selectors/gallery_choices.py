"""Whom and what the gallery may be narrowed to."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import pgettext

from generations.models import ImageModel


def people_to_choose(user: Any) -> Sequence[tuple[str, str]]:
    """Everybody who may have made a picture, oneself first."""
    people = get_user_model().objects.order_by("first_name", "last_name", "username")
    others = people.exclude(pk=user.pk).only("username", "first_name", "last_name")
    return [
        (str(user.pk), pgettext("pictures", "Mine")),
        *((str(it.pk), it.get_full_name() or it.get_username()) for it in others),
    ]


def models_to_choose() -> Sequence[tuple[str, str]]:
    """Every image model there is or was; with its provider where two have one name."""
    rows = list(ImageModel.objects.order_by("name", "provider").values_list("provider", "name"))
    names = [name for _provider, name in rows]
    return [
        (f"{provider}/{name}", f"{provider}/{name}" if names.count(name) > 1 else name)
        for provider, name in rows
    ]
