"""Pictures that went in, pictures as they arrived, and pictures in the gallery."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.fields import MoneyField
from generations.models.generation import Attempt, Generation
from generations.models.project import Project


class ReferenceImage(models.Model):
    """A picture given in to guide a generation or to be edited, or the mask of an edit.

    `file` is what is sent: upright, without metadata, scaled and re-encoded. `original_*` say
    what was uploaded (pixels, bytes). A mask belongs to the picture it was made for (`mask_of`)
    and has its pixels' size. `taken_from` is the gallery's picture that it is a copy of.
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
    taken_from = models.ForeignKey(
        "OutputImage", null=True, blank=True, on_delete=models.PROTECT, related_name="references"
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


class Ratio(models.TextChoices):
    """What people call the shape of a picture."""

    SQUARE = "square", _("Square")
    LANDSCAPE = "landscape", _("Landscape")
    PORTRAIT = "portrait", _("Portrait")
    WIDE = "wide", _("Wide")
    TALL = "tall", _("Tall")

    @classmethod
    def of(cls, width: int, height: int) -> "Ratio":
        """Square within a tenth; wide and tall from 16:9 on, whose sides providers round."""
        if width * 10 < height * 11 and height * 10 < width * 11:
            return cls.SQUARE
        if width > height:
            return cls.WIDE if width * 10 >= height * 17 else cls.LANDSCAPE
        return cls.TALL if height * 10 >= width * 17 else cls.PORTRAIT


class OutputImageQuerySet(models.QuerySet["OutputImage"]):
    def in_gallery(self) -> "OutputImageQuerySet":
        """Pictures that are paid for and settled, and not in the trash."""
        return self.filter(is_in_gallery=True)

    def in_trash(self) -> "OutputImageQuerySet":
        """Pictures that were removed and may be restored."""
        return self.filter(trashed_at__isnull=False, deleted_at=None)


class OutputImage(models.Model):
    """A picture that came back, kept byte for byte under its SHA-256.

    The primary key is the frame number that people see; `uuid` is the public id.
    `cost` is this picture's share of its call; None is unknown, not zero. `is_in_gallery` is true
    from settlement on and while it is not in the trash: the one condition of the gallery.

    gallery ◄──► trash (`trashed_at`) ──► deleted (`deleted_at`): its files are gone, its row stays
    with its cost, so that the receipt adds up.
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

    # Removed by a person; deleted for good by staff or by time
    trashed_at = models.DateTimeField(null=True, blank=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    deleted_at = models.DateTimeField(null=True, blank=True)

    # Written when it comes into the gallery, so that every filter reads one table
    is_in_gallery = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    image_model = models.CharField(max_length=141, blank=True)
    ratio = models.CharField(max_length=10, choices=Ratio, blank=True)
    project = models.ForeignKey(
        Project, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = OutputImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_image_a_delivery")
        ]
        # Each in the order of the gallery, so that a filter reads one page and no more
        indexes = [
            models.Index(fields=fields, name=name, condition=models.Q(is_in_gallery=True, **more))
            for name, fields, more in [
                ("gallery", ["-id"], {}),
                ("gallery_of_a_person", ["requested_by", "-id"], {}),
                ("gallery_of_a_model", ["image_model", "-id"], {}),
                ("gallery_of_a_ratio", ["ratio", "-id"], {}),
                ("gallery_of_a_project", ["project", "-id"], {"project__isnull": False}),
                ("gallery_transparent", ["-id"], {"is_transparent": True}),
                ("gallery_by_cost", ["cost", "-id"], {}),
                ("gallery_by_time", ["created_at", "-id"], {}),
            ]
        ] + [
            models.Index(
                fields=["-trashed_at"], name="trash", condition=models.Q(trashed_at__isnull=False)
            ),
            # Whether another picture has the same file
            models.Index(fields=["sha256"], name="pictures_of_an_original"),
            models.Index(fields=["thumbnail"], name="pictures_of_a_thumbnail"),
        ]

    @property
    def frame_number(self) -> str:
        return f"{self.pk:04d}"

    @property
    def is_removed(self) -> bool:
        return self.trashed_at is not None


class SearchText(models.Model):
    """What a picture of the gallery is found by: its prompts as `services/search_text` folds them.

    A table of its own, so that a search reads nothing else. Its index of three-character pieces
    is kept by the database itself, see migration 0011.
    """

    image = models.OneToOneField(
        OutputImage, primary_key=True, on_delete=models.CASCADE, related_name="search_text"
    )
    text = models.TextField()
