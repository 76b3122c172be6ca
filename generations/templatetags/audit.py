"""Words for the lines of the audit log."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from generations.models import AuditEntry
from generations.models.audit_actions import AMOUNTS, DETAILS, VALUES
from generations.services.amounts import money

register = template.Library()

# Where a subject has a page of its own: the address of its id
PAGES: Mapping[str, Callable[[str], str]] = {
    "user": lambda id: reverse("person", args=[id]),
    "generation": lambda id: reverse("generation", args=[id]),
    "sharelink": lambda id: reverse("share-link", args=[id]),
    "imagemodel": lambda id: reverse("admin:generations_imagemodel_change", args=[id]),
    "promptrule": lambda id: reverse("admin:generations_promptrule_change", args=[id]),
    # One that was withdrawn has no row any more
    "pricelistitem": lambda _id: reverse("prices"),
}


@register.filter
def details_of(entry: AuditEntry) -> Sequence[tuple[str, str]]:
    """Name and value of each detail, in words: ("Price", "$0.018"), ("Sizes", "auto → 1:1")."""
    return [(_name(name), _value(name, value)) for name, value in entry.details.items()]


@register.filter
def subject_page(entry: AuditEntry) -> str:
    """The address of what a line is about; empty where that has no page."""
    if entry.subject_kind not in PAGES:
        return ""
    try:
        return PAGES[entry.subject_kind](entry.subject_id)
    except NoReverseMatch:
        return ""


def _name(name: str) -> str:
    return str(DETAILS.get(name, name.replace("_", " ").capitalize()))


def _value(name: str, value: Any) -> str:
    if isinstance(value, list) and len(value) == 2 and name not in ("frames",):
        return f"{_one(name, value[0])} → {_one(name, value[1])}"
    if isinstance(value, list):
        return ", ".join(_one(name, one) for one in value)
    return _one(name, value)


def _one(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return _("nothing")
    if name == "method":
        return ", ".join(str(VALUES.get((name, one), one)) for one in str(value).split(", "))
    return money(value) if name in AMOUNTS else str(VALUES.get((name, str(value)), value))
