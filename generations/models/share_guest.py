"""What is known of the guests of a share link: next to nothing, and no address."""

from django.db import models
from django.db.models import Q

from generations.models.image import OutputImage
from generations.models.share_link import ShareLink


class ShareDay(models.Model):
    """The random key of one day, with which addresses are hashed; gone a day later."""

    on = models.DateField(primary_key=True)
    key = models.BinaryField(max_length=32)


class ShareVisitor(models.Model):
    """Somebody who has opened a link on a day, as a keyed hash; gone with the key of the day."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(db_index=True)
    visitor = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "on", "visitor"], name="one_visitor_of_a_link_a_day"
            )
        ]


class ShareTries(models.Model):
    """How often something that is limited was tried in one stretch of time.

    `visitor` is the keyed hash of an address, empty for everybody together.
    """

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=10)
    visitor = models.CharField(max_length=32, blank=True)
    stretch = models.PositiveBigIntegerField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "what", "visitor", "stretch"], name="one_count_of_tries"
            )
        ]


class ShareReview(models.Model):
    """What one guest left at one picture: a favourite, a short comment, or both.

    `guest` is random and stands for who typed the name; nothing else is known of them.
    """

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="reviews")
    image = models.ForeignKey(OutputImage, on_delete=models.CASCADE, related_name="+")
    guest = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    is_favourite = models.BooleanField(default=False)
    comment = models.CharField(max_length=500, blank=True)
    # By the maker of the link: guests do not see it any more
    is_hidden = models.BooleanField(default=False)
    left_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "image", "guest"], name="one_review_of_a_guest"
            ),
            models.CheckConstraint(
                condition=Q(is_favourite=True) | ~Q(comment=""), name="no_empty_review"
            ),
        ]
