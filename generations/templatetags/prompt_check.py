"""What the prompt check says, for the composer and for the page of a generation."""

from typing import Any

from django import template

from generations.services.prompt_check import check_prompt, current_rules

register = template.Library()

MOST_SHOWN = 4


@register.simple_tag
def findings_in(prompt: str | None) -> dict[str, Any]:
    """The findings to show, and how many more there are."""
    found = check_prompt(prompt, current_rules()) if prompt else []
    return {"shown": found[:MOST_SHOWN], "more": len(found[MOST_SHOWN:])}
