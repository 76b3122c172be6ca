"""The options of a choice, drawn fast: a team's people, models and collections are many."""

from django import template
from django.forms import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def options(field: BoundField) -> SafeString:
    """One `<option>` for each choice of a field, the chosen one marked."""
    chosen, choices = field.value(), field.field.choices  # type: ignore[attr-defined]
    drawn = ((value, " selected" if value == chosen else "", words) for value, words in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', drawn)
