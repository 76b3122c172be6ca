"""Which attempts may be carried on now."""

from datetime import datetime, timedelta

from django.db.models import Q

# Nothing is asked to wait for longer: who seems to be was written down by a clock set back since
LONGEST_WAIT_SECONDS = 600


def due(now: datetime) -> Q:
    """The condition on attempts whose time to wait is over, or was never named."""
    latest = now + timedelta(seconds=LONGEST_WAIT_SECONDS)
    return Q(not_before=None) | Q(not_before__lte=now) | Q(not_before__gt=latest)
