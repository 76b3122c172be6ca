"""How often a link was opened and taken from, by people and not by machines."""

import re

import structlog
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from generations.models import ShareLink, ShareVisitor

# What calls itself a browser and is none: searchers, previews of chats and mails, watchers.
# Not the browsers within apps, which name the app: people sit before those
MACHINES = re.compile(
    r"(?<!cu)bot(\b|[_;-])|crawl|spider|slurp|scrap|archiver|preview|facebookexternalhit|facebot|"
    r"embedly|iframely|quora|vkshare|microsoft office|ms-office|google-|googleother|mediapartners|"
    r"bytespider|claude|perplexity|monitor|uptime|pingdom|statuscake|lighthouse|pagespeed|headless|"
    r"phantomjs|fetcher|scanner|checker|imgproxy",
    re.IGNORECASE,
)
# Every browser begins with the first, some old ones with the second
BROWSERS = ("Mozilla/", "Opera/")

log = structlog.get_logger(__name__)


def is_machine(agent: str) -> bool:
    """Whether a browser's name is none of a browser that a person sits before."""
    return not agent.startswith(BROWSERS) or bool(MACHINES.search(agent))


def count_view(*, link: ShareLink, visitor: str) -> None:
    """One more view; one more visitor where this one has not been here today.

    A database that takes no writes just now costs a count, and no guest their page.
    """
    try:
        _count_view(link, visitor)
    except DatabaseError as error:
        log.warning("view_not_counted", error=type(error).__name__)


def count_download(*, link: ShareLink) -> None:
    try:
        ShareLink.objects.filter(pk=link.pk).update(download_count=F("download_count") + 1)
    except DatabaseError as error:
        log.warning("download_not_counted", error=type(error).__name__)


def _count_view(link: ShareLink, visitor: str) -> None:
    _row, is_new = ShareVisitor.objects.get_or_create(
        link=link, on=timezone.localdate(), visitor=visitor
    )
    ShareLink.objects.filter(pk=link.pk).update(
        view_count=F("view_count") + 1,
        visitor_count=F("visitor_count") + int(is_new),
        last_viewed_at=timezone.now(),
    )
