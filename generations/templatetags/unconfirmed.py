"""What pages say of unconfirmed attempts."""

from django import template
from django.template.context import Context

from generations.services.settlements import open_attempts

register = template.Library()


@register.simple_tag(takes_context=True)
def unconfirmed_count(context: Context) -> int:
    """How many attempts wait to be settled; counted once for each page."""
    request = context["request"]
    if not hasattr(request, "unconfirmed_count"):
        request.unconfirmed_count = open_attempts().count()
    return int(request.unconfirmed_count)
