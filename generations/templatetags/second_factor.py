"""What pages with a second step need."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """A value for a data attribute of an element; the page escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder)
