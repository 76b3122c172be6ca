"""Which image models staff let a person use: all, unless they said which."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from generations.models import Generation, ImageModel, Membership


def permitted_models(user: Any) -> QuerySet[ImageModel]:
    """The image models that a person may use, switched on or not.

    Asks at once whether there is a limit: one statement for both takes Django longer to make.
    """
    if Membership.objects.filter(person=user, has_all_models=False).exists():
        return ImageModel.objects.filter(permitted__person=user)
    return ImageModel.objects.all()


def not_permitted_among(generations: Collection[Generation]) -> set[Any]:
    """The ids of those whose person may not use their model (any more), from two queries."""
    people = {row.requested_by_id for row in generations}
    limited = Membership.objects.filter(person__in=people, has_all_models=False)
    models = {
        membership.person_id: {str(model) for model in membership.image_models.all()}
        for membership in limited.prefetch_related("image_models")
    }
    return {
        row.id
        for row in generations
        if row.image_model not in models.get(row.requested_by_id, {row.image_model})
    }
