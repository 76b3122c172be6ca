"""Pictures that went in, pictures as they arrived, and pictures in the gallery."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.fields import MoneyField
from generations.models.generation import Attempt, Generation


class ReferenceImage(models.Model):
    """A picture given in to guide a generation or to be edited, or the mask of an edit.

    `file` is what is sent: upright, without metadata, scaled and re-encoded. `original_*` say
    what was uploaded (pixels, bytes). A mask belongs to the picture it was made for (`mask_of`)
    and has its pixels' size.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="references"
    )
    name = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    byte_size = models.PositiveBigIntegerField()
    original_width = models.PositiveIntegerField()
    original_height = models.PositiveIntegerField()
    original_byte_size = models.PositiveBigIntegerField()
    mask_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="masks"
    )
    created_at = models.DateTimeField(auto_now_add=True)


class ReferenceUse(models.Model):
    """A reference in its place in a generation; the mask, if any, acts on the first."""

    generation = models.ForeignKey(
        Generation, on_delete=models.CASCADE, related_name="reference_uses"
    )
    reference = models.ForeignKey(ReferenceImage, on_delete=models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField()
    is_mask = models.BooleanField(default=False)

    class Meta:
        ordering = ["is_mask", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "is_mask", "position"], name="one_reference_a_place"
            )
        ]


class Delivery(models.Model):
    """One picture as a provider delivered it, saved before it is fetched or processed.

    An address (`url`) or bytes (`file`, a name in the storage). pending ──► stored | refused
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        STORED = "stored", _("Stored")
        REFUSED = "refused", _("Refused")

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="deliveries")
    position = models.PositiveSmallIntegerField()
    url = models.TextField(blank=True)
    file = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=40, blank=True)
    detail = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_delivery_a_position")
        ]
        indexes = [
            models.Index(
                fields=["attempt"],
                name="deliveries_to_collect",
                condition=models.Q(status="pending"),
            )
        ]


class OutputImageQuerySet(models.QuerySet["OutputImage"]):
    def in_gallery(self) -> "OutputImageQuerySet":
        """Pictures that are paid for and settled, and not in the trash."""
        return self.filter(attempt__status=Attempt.Status.SUCCEEDED)


class OutputImage(models.Model):
    """A picture that came back, kept byte for byte under its SHA-256.

    The primary key is the frame number that people see; `uuid` is the public id.
    `cost` is this picture's share of its call; None is unknown, not zero.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="images")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="images")
    position = models.PositiveSmallIntegerField()
    file = models.CharField(max_length=200)
    thumbnail = models.CharField(max_length=200)
    placeholder = models.TextField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=20)
    byte_size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    is_transparent = models.BooleanField(default=False)
    cost = MoneyField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OutputImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_image_a_delivery")
        ]

    @property
    def frame_number(self) -> str:
        return f"{self.pk:04d}"
