"""What the model picker says of a model beside its price."""

from datetime import timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from generations.models import ImageModel
from generations.selectors import model_health as health
from generations.selectors import studio

SAID_BEFORE = timedelta(days=30)

register = template.Library()


@register.simple_tag
def model_health() -> dict[str, health.ModelHealth]:
    """The health of every model that was tried lately, by provider/name."""
    return health.model_health()


@register.simple_tag(takes_context=True)
def ended_models(context: Context) -> list[ImageModel]:
    """The models that the person was offered until their provider ended them."""
    return studio.ended_models(context["request"].user)


@register.filter
def end_of_model(image_model: ImageModel) -> str:
    """Where a model that may be chosen stands to its end: "over", "near", or nothing to say."""
    today = timezone.localdate()
    if image_model.has_ended(today):
        return "over"
    return "near" if image_model.has_ended(today + SAID_BEFORE) else ""


@register.filter
def of_model(healths: dict[str, Any], image_model: ImageModel) -> health.ModelHealth | None:
    return healths.get(str(image_model))
