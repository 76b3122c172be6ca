"""The style sheets of a page."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from webapp.static import JOINED_SHEETS, sheet_path

register = template.Library()


@register.simple_tag
def style_sheets(joined: str) -> SafeString:
    """Links to one file where files are collected, else to each of its parts by itself."""
    names = (joined,) if settings.STATIC_HASHED else JOINED_SHEETS[joined]
    link = '<link rel="stylesheet" href="{}">'
    return format_html_join("\n", link, ((static(sheet_path(name)),) for name in names))
