"""Links as their makers and staff see them: how they stand, and what came of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from generations.models import CollectionItem, OutputImage, ShareLink, ShareLinkItem
from generations.services.share_links.tokens import token_of

OPEN, EXPIRED, REVOKED, EMPTY, INACTIVE = "open", "expired", "revoked", "empty", "inactive"


@dataclass(frozen=True)
class ListedLink:
    """A link with its state, its first picture, and the path that guests open.

    No path where it was revoked, or cannot be told since the site has another secret key.
    """

    link: ShareLink
    state: str
    address: str
    cover: OutputImage | None


@dataclass(frozen=True)
class PersonWithLinks:
    person: User
    link_count: int
    open_count: int


def share_links(*, made_by: Any = None) -> QuerySet[ShareLink]:
    """Newest first, of one person or of everybody, each with `picture_count` and `cover_frame`."""
    links = ShareLink.objects.select_related("made_by", "collection", "revoked_by")
    if made_by is not None:
        links = links.filter(made_by=made_by)
    return _with_pictures(links).order_by("-created_at")


def listed(links: Iterable[ShareLink], *, now: datetime) -> list[ListedLink]:
    """In one query for all."""
    rows = list(links)
    frames = [_frame(link) for link in rows]
    covers = OutputImage.objects.in_bulk([frame for frame in frames if frame])
    return [
        ListedLink(link, state_of(link, now), _address(link), covers.get(_frame(link) or 0))
        for link in rows
    ]


def listed_one(link: ShareLink, *, now: datetime) -> ListedLink:
    return listed(_with_pictures(share_links().filter(pk=link.pk)), now=now)[0]


def state_of(link: ShareLink, now: datetime) -> str:
    """Of a link of `share_links`."""
    if link.revoked_at is not None:
        return REVOKED
    if link.is_over(now):
        return EXPIRED
    if not link.made_by.is_active:
        return INACTIVE
    return OPEN if link.picture_count else EMPTY  # type: ignore[attr-defined]


def people_with_links(*, now: datetime) -> list[PersonWithLinks]:
    """By name."""
    is_open = Q(share_links__revoked_at=None) & (
        Q(share_links__expires_at=None) | Q(share_links__expires_at__gt=now)
    )
    people = (
        User.objects.filter(share_links__isnull=False)
        .annotate(link_count=Count("share_links"), open_count=Count("share_links", filter=is_open))
        .order_by("first_name", "last_name", "username")
    )
    return [PersonWithLinks(it, it.link_count, it.open_count) for it in people]


def images_to_share(ids: Sequence[Any]) -> QuerySet[OutputImage]:
    """Pictures of the gallery, newest first as the gallery has them."""
    return OutputImage.objects.in_gallery().filter(uuid__in=ids).order_by("-pk")


def _with_pictures(links: QuerySet[ShareLink]) -> QuerySet[ShareLink]:
    frozen = ShareLinkItem.objects.filter(link=OuterRef("pk"), image__is_in_gallery=True)
    live = CollectionItem.objects.filter(
        collection=OuterRef("collection"), image__is_in_gallery=True
    )
    return links.annotate(
        picture_count=Coalesce(_count_of(frozen, "link"), _count_of(live, "collection"), 0),
        frozen_frame=Subquery(frozen.order_by("position").values("image")[:1]),
        live_frame=Subquery(live.order_by("position", "pk").values("image")[:1]),
    )


def _count_of(rows: QuerySet[Any], of: str) -> Subquery:
    counts = rows.order_by().values(of).annotate(count=Count("pk")).values("count")
    return Subquery(counts, output_field=IntegerField())


def _frame(link: Any) -> int | None:
    frame: int | None = link.frozen_frame or link.live_frame
    return frame


def _address(link: ShareLink) -> str:
    """The path that guests open; empty for what opens nothing any more, or cannot be told."""
    token = token_of(link) if link.revoked_at is None else ""
    return reverse("shared", args=[token]) if token else ""
