"""The style sheets and the scripts of a page."""

from collections.abc import Iterator, Mapping, Sequence

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from webapp.joined import JOINED_SCRIPTS, JOINED_SHEETS
from webapp.static import script_path, sheet_path

register = template.Library()


@register.simple_tag
def style_sheets(joined: str) -> SafeString:
    """Links to one file where files are collected, else to each of its parts by itself."""
    paths = ((static(sheet_path(name)),) for name in _files(JOINED_SHEETS, joined))
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', paths)


@register.simple_tag
def modules(joined: str) -> SafeString:
    """The scripts, as one module where files are collected, else each by itself."""
    paths = ((static(script_path(name)),) for name in _files(JOINED_SCRIPTS, joined))
    return format_html_join("\n", '<script type="module" src="{}"></script>', paths)


def _files(lists: Mapping[str, Sequence[str]], joined: str) -> Iterator[str]:
    yield from (joined,) if settings.STATIC_HASHED else lists[joined]
