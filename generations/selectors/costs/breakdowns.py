"""Who spent, with what, for what, and why nothing came of it: the tables of a costs page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from generations.messages import message_for
from generations.models import Project
from generations.selectors.costs.figures import Figures
from generations.selectors.costs.scope import NO_PROJECT
from generations.selectors.costs.sums import Sums


@dataclass(frozen=True)
class Row:
    """One line of a table; `key` is what a link narrows to."""

    key: str
    name: str
    sums: Sums


Namer = Callable[[Iterable[str]], Mapping[str, str]]


def rows_by(of: str, figures: Figures) -> list[Row]:
    """By `person`, `model` or `project`, or by the `code` of no picture; the dearest first."""
    found = figures.by[of]
    return _ordered(found, NAMES[of](found))


def names_of(of: str, keys: Iterable[str]) -> Mapping[str, str]:
    return NAMES[of](keys)


def _ordered(found: Mapping[str, Sums], names: Mapping[str, str]) -> list[Row]:
    rows = [Row(key, names.get(key, key), sums) for key, sums in found.items()]
    return sorted(rows, key=lambda row: (-row.sums.spent, -row.sums.unconfirmed, row.name))


def _people(keys: Iterable[str]) -> Mapping[str, str]:
    return {str(it.pk): _name(it) for it in _in_bulk(get_user_model(), keys)}


def _models(keys: Iterable[str]) -> Mapping[str, str]:
    """Without the provider where that is clear."""
    keys = list(keys)
    short = [key.partition("/")[2] for key in keys]
    return {
        key: name if short.count(name) == 1 else key for key, name in zip(keys, short, strict=True)
    }


def _projects(keys: Iterable[str]) -> Mapping[str, str]:
    found = {str(it.pk): it.name for it in _in_bulk(Project, set(keys) - {NO_PROJECT})}
    return found | {NO_PROJECT: _("No project")}


def _codes(keys: Iterable[str]) -> Mapping[str, str]:
    """Why calls brought no picture."""
    return {code: str(message_for(code).title) for code in keys}


def _in_bulk(model: Any, keys: Iterable[str]) -> Sequence[Any]:
    return list(model.objects.filter(pk__in=list(keys)))


def _name(person: Any) -> str:
    return str(person.get_full_name() or person.get_username())


NAMES: Mapping[str, Namer] = {
    "person": _people,
    "model": _models,
    "project": _projects,
    "code": _codes,
}
