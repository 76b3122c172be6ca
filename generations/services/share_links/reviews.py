"""What guests say of pictures, as far as the maker of the link lets them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from generations.models import OutputImage, ShareLink, ShareReview
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.database import storable
from generations.services.share_links.guests import Guest

# More than people write; nobody fills our disk through one link
MOST_REVIEWS = 5000


class ReviewsFull(Exception):
    """There are so many reviews of this link that it takes no more."""


@transaction.atomic
def leave_review(
    *,
    link: ShareLink,
    image: OutputImage,
    guest: Guest,
    is_favourite: bool | None = None,
    comment: str | None = None,
) -> None:
    """Keeps a guest's mark or comment at a picture; None leaves what is there.

    A review with nothing in it is gone. Raises ReviewsFull.
    """
    list(ShareLink.objects.select_for_update().filter(pk=link.pk))
    found = ShareReview.objects.filter(link=link, image=image, guest=guest.id).first()
    review = found or ShareReview(link=link, image=image, guest=guest.id)
    if is_favourite is not None:
        review.is_favourite = is_favourite
    if comment is not None:
        review.comment = storable(comment)
    _keep(review, guest)


def hide_review(*, review: ShareReview, is_hidden: bool) -> None:
    """Takes a review away from guests, or gives it back; its link's maker sees it all along."""
    ShareReview.objects.filter(pk=review.pk).update(is_hidden=is_hidden)


@transaction.atomic
def delete_review(*, review: ShareReview, by: Any) -> None:
    """Removes it for good; that it was there stays in the audit log, what it said does not."""
    ShareReview.objects.filter(pk=review.pk).delete()
    label = review.link.title or str(review.link.get_kind_display())
    subject = audit.about(review.link, label)
    audit.record(actor=by, action=Action.GUEST_WORD_DELETED, subject=subject)


def see_reviews(*, link: ShareLink, now: datetime) -> None:
    """Remembers that the maker has looked: what came before that is no news."""
    ShareLink.objects.filter(pk=link.pk).update(review_seen_at=now)


def _keep(review: ShareReview, guest: Guest) -> None:
    now = timezone.now()
    if not review.is_favourite and not review.comment:
        if review.pk:
            review.delete()
        return
    if not review.pk and ShareReview.objects.filter(link=review.link_id).count() >= MOST_REVIEWS:
        raise ReviewsFull
    review.name, review.left_at = guest.name, now
    review.save()
    ShareLink.objects.filter(pk=review.link_id).update(reviewed_at=now)
