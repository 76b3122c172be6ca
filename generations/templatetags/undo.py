"""The way back from what was just done, for messages that carry one."""

from urllib.parse import parse_qsl

from django import template

register = template.Library()


@register.inclusion_tag("components/_undo.html", takes_context=True)
def undo_button(context: template.Context, tags: str) -> dict[str, object]:
    """The button for a message whose tags are an address and the fields of a form."""
    address, _sign, fields = tags.partition("?")
    request = context["request"]
    return {
        "address": address,
        "fields": parse_qsl(fields),
        "next": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }
