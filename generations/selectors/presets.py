"""The presets that a person may start from."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from generations.models import Preset


@dataclass(frozen=True)
class Presets:
    """A person's own, and those that others keep for the team; each by name."""

    mine: list[Preset]
    team: list[Preset]


def presets_of(user: Any) -> Presets:
    rows = list(Preset.objects.filter(Q(owner=user) | Q(is_team=True)).select_related("owner"))
    mine = [row for row in rows if row.owner_id == user.pk]
    return Presets(mine, [row for row in rows if row.owner_id != user.pk])
