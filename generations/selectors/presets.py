"""The presets that a person may start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Left

from generations.models import Preset

BEGINNING = 200


@dataclass(frozen=True)
class Presets:
    """A person's own, and those that others keep for the team; each by name."""

    mine: Sequence[Preset]
    team: Sequence[Preset]


def presets_of(user: Any) -> Presets:
    """Without their prompts, which may be long; `beginning` is what a list shows of one."""
    found = Preset.objects.filter(Q(owner=user) | Q(is_team=True)).select_related("owner")
    rows = list(found.annotate(beginning=Left("prompt", BEGINNING)).defer("prompt", "settings"))
    mine = [row for row in rows if row.owner_id == user.pk]
    return Presets(mine, [row for row in rows if row.owner_id != user.pk])
