"""What a person may remove, what lies in the trash for them, and what they may still be shown."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from generations.models import OutputImage
from generations.selectors.images import visible_images


def removable_images(user: Any) -> QuerySet[OutputImage]:
    """Gallery pictures that a person may remove: their own; staff, everybody's."""
    return _own(user, OutputImage.objects.in_gallery())


def trashed_images(user: Any) -> QuerySet[OutputImage]:
    """What a person may restore, last removed first."""
    images = _own(user, OutputImage.objects.in_trash())
    return images.select_related("trashed_by", "requested_by").order_by("-trashed_at", "-pk")


def showable_images(user: Any) -> QuerySet[OutputImage]:
    """Pictures whose files a person may be shown: what they may see, and their trash."""
    return visible_images(user) | _own(user, OutputImage.objects.in_trash())


def days_left(image: OutputImage, *, now: datetime) -> int:
    """Days until a picture of the trash is deleted, 1 on the last."""
    if image.trashed_at is None:
        return settings.TRASH_RETENTION_DAYS
    left = image.trashed_at + timedelta(days=settings.TRASH_RETENTION_DAYS) - now
    return max(ceil(left / timedelta(days=1)), 1)


def _own(user: Any, images: QuerySet[OutputImage]) -> QuerySet[OutputImage]:
    return images if user.is_staff else images.filter(requested_by=user)
