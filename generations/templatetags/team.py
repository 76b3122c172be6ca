"""Words for people and their sessions."""

from datetime import datetime, timedelta

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()

# Being here is noted every five minutes
HERE = timedelta(minutes=6)


@register.simple_tag
def single_sign_on() -> dict[str, str] | None:
    """Name and address of the team's own provider; None where there is none."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return next((_door(app) for app in apps), None)


@register.simple_tag
def has_password_sign_in() -> bool:
    return bool(settings.PASSWORD_SIGN_IN)


def _door(app: dict[str, str]) -> dict[str, str]:
    return {
        "name": app["name"],
        "address": reverse("openid_connect_login", args=[app["provider_id"]]),
    }


# The first that is named counts: every browser names those that it wants to be taken for
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@register.filter
def browser(user_agent: str) -> str:
    """A browser as people know it: "Firefox on Linux"; whatever it calls itself otherwise."""
    name = next((NAMES.get(it, it) for it in BROWSERS if f"{it}/" in user_agent), "")
    system = next((SYSTEMS[it] for it in SYSTEMS if it in user_agent), "")
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or user_agent[:60] or _("Unknown browser")


@register.filter
def ago(moment: datetime) -> str:
    """How long ago, to the largest unit: "3 hours ago"; "just now" while somebody is here."""
    if timezone.now() - moment < HERE:
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}
