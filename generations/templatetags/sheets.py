"""The style sheets that every page loads."""

from collections.abc import Sequence

from django import template
from django.conf import settings
from django.templatetags.static import static

from webapp.static import SITE_SHEET, SITE_SHEETS

register = template.Library()


@register.simple_tag
def site_sheets() -> Sequence[str]:
    """Their addresses: one file where files are collected, else each part by itself."""
    names = [SITE_SHEET] if settings.STATIC_HASHED else [f"css/{it}.css" for it in SITE_SHEETS]
    return [static(name) for name in names]
