"""What a costs page may be narrowed to: whoever and whatever ever cost anything."""

from collections.abc import Sequence

from generations.models import Collection, SpendGroup
from generations.selectors.costs.breakdowns import names_of
from generations.selectors.costs.scope import NO_PROJECT

Choices = Sequence[tuple[str, str]]


def choices_to_narrow(*, person: int | None = None) -> dict[str, Choices]:
    """People, models and projects of the team, or of one person."""
    groups = SpendGroup.objects.all()
    if person is not None:
        groups = groups.filter(person=person)
    rows = list(groups.values_list("person", "provider", "model", "project"))
    keys = {
        "person": {str(row[0]) for row in rows},
        "model": {f"{row[1]}/{row[2]}" for row in rows},
        "project": {str(row[3]) if row[3] else NO_PROJECT for row in rows},
    }
    return {of: _named(of, found) for of, found in keys.items()}


def collections_to_narrow() -> Choices:
    rows = Collection.objects.order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def _named(of: str, keys: set[str]) -> Choices:
    return sorted(names_of(of, keys).items(), key=lambda choice: choice[1].casefold())
