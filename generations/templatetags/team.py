"""Words for people and their sessions."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()

# Being here is noted every five minutes
HERE = timedelta(minutes=6)


@register.filter
def ago(moment: datetime) -> str:
    """How long ago, to the largest unit: "3 hours ago"; "just now" while somebody is here."""
    if timezone.now() - moment < HERE:
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}
