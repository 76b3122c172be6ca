"""What everybody should know of sending, above the composer."""

from typing import Any

from django import template

from generations.selectors.sending import paused_providers, stop_in_force

register = template.Library()


@register.inclusion_tag("sending/_notices.html")
def sending_notices() -> dict[str, Any]:
    return {"stop": stop_in_force(), "paused": paused_providers()}
