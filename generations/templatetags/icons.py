"""The drawings beside words, in every template without loading."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, style_class: str = "") -> SafeString:
    """A drawing of img/icons.svg by its name; made once, since a page has dozens."""
    classes = f"icon {style_class}".rstrip()
    sheet = static("img/icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, sheet, name
    )
