"""Words for cards and the composer."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.contrib.humanize.templatetags.humanize import ordinal as humanized_ordinal
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from generations.messages import Message, message_for
from generations.selectors import asked

register = template.Library()


@register.filter
def duration(length: timedelta | float | None) -> str:
    """A length of time: "18 s", "2 min 5 s", "1 h 4 min"."""
    if length is None:
        return ""
    seconds = round(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < 60:
        return _("%(s)d s") % {"s": max(seconds, 0)}
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return _("%(m)d min %(s)d s") % {"m": minutes, "s": seconds}
    return _("%(h)d h %(m)d min") % {"h": minutes // 60, "m": minutes % 60}


@register.filter
def byte_size(count: int) -> str:
    """A size of a file: "410 KB", "6.2 MB"."""
    size, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1024, larger
    places = 1 if size < 10 and unit != "bytes" else 0
    return f"{number_format(round(size, places), places)} {unit}"


@register.filter
def ordinal(number: int) -> str:
    """A place in a line: "3rd"."""
    return str(humanized_ordinal(number))


@register.filter
def setting_word(value: str) -> str:
    """One of the API's words, or a size, as people read it."""
    return asked.in_words(value)


@register.filter
def message(code: str) -> Message:
    """The words for a code: title, what happened, what to change."""
    return message_for(code)


@register.simple_tag
def querystring_of(**values: str) -> str:
    """Values as the query of an address."""
    return urlencode(values)


@register.simple_tag
def faults_of(form: Any, name: str) -> list[str]:
    """What has to change at a field, as far as the person asked for it."""
    faults: list[str] = form.faults(name)
    return faults
