"""Addresses under which guests see pictures without an account."""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generations.models.collection import Collection, CollectionItem
from generations.models.image import OutputImage
from generations.models.project import Project


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def open(self, now: datetime) -> "ShareLinkQuerySet":
        """Links that show something to whoever has their address: one condition for all refusals.

        One query with the look-up, so that nobody can tell one refusal from another by its time.
        """
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=now),
            Exists(User.objects.filter(pk=OuterRef("made_by"), is_active=True)),
            Exists(_frozen_pictures()) | Exists(_live_pictures()),
            revoked_at=None,
        )

    def with_news(self) -> "ShareLinkQuerySet":
        """Links at which guests left something since their makers last looked."""
        unseen = Q(review_seen_at=None) | Q(review_seen_at__lt=F("reviewed_at"))
        return self.filter(unseen, reviewed_at__isnull=False)


class ShareLink(models.Model):
    """One address for guests: a frozen selection of pictures, or a collection as it is.

    The address ends in a token that is not kept: `seed` and the site's secret key make it again
    (services/share_links/tokens), and `token_hash` finds it. `password` is a hash, empty for none.

    open ──► expired (`expires_at`), revoked (`revoked_at`), or closed while it has no picture to
    show or who made it is not active any more.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("Picture")
        SELECTION = "selection", _("Selection")
        COLLECTION = "collection", _("Collection")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="share_links"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    # None where it was deleted: the link stays in the list and shows nothing
    collection = models.ForeignKey(
        Collection, null=True, blank=True, on_delete=models.SET_NULL, related_name="share_links"
    )
    # What it is for; a change counts from then on
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seed = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    password = models.CharField(max_length=128, blank=True)
    allow_download = models.BooleanField(default=False)
    show_prompt = models.BooleanField(default=False)
    show_author = models.BooleanField(default=False)
    allow_review = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    # Robots, link previews and the team itself are left out; a visitor counts once a day
    view_count = models.PositiveIntegerField(default=0)
    visitor_count = models.PositiveIntegerField(default=0)
    download_count = models.PositiveIntegerField(default=0)
    last_viewed_at = models.DateTimeField(null=True, blank=True)

    # When guests last left something, when its maker last looked, and was last written to
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_seen_at = models.DateTimeField(null=True, blank=True)
    review_told_at = models.DateTimeField(null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["made_by", "-created_at"], name="share_links_of_a_person"),
            models.Index(fields=["-created_at"], name="share_links_by_time"),
            models.Index(
                fields=["made_by", "reviewed_at"],
                name="share_links_with_review",
                condition=Q(reviewed_at__isnull=False),
            ),
        ]

    @property
    def open_until(self) -> date | None:
        """The last day on which it shows anything; None without an end."""
        if self.expires_at is None:
            return None
        return timezone.localdate(self.expires_at - timedelta(microseconds=1))

    @property
    def has_news(self) -> bool:
        """Whether guests left something since its maker last looked."""
        seen = self.review_seen_at
        return self.reviewed_at is not None and (seen is None or seen < self.reviewed_at)

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class ShareLinkItem(models.Model):
    """A picture of a frozen selection, in its place."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="items")
    image = models.ForeignKey(
        OutputImage, on_delete=models.CASCADE, related_name="share_link_items"
    )
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "image"], name="once_in_a_share_link")
        ]
        indexes = [models.Index(fields=["link", "position"], name="order_of_a_share_link")]


class ShareLimit(models.Model):
    """How many days links may stay open at most, as staff said last; None is no limit."""

    longest_days = models.PositiveIntegerField(null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)


def _frozen_pictures() -> models.QuerySet[ShareLinkItem]:
    return ShareLinkItem.objects.filter(link=OuterRef("pk"), image__is_in_gallery=True)


def _live_pictures() -> models.QuerySet[CollectionItem]:
    return CollectionItem.objects.filter(
        collection=OuterRef("collection"), image__is_in_gallery=True
    )
