"""What people take away: copies of pictures in another form, and bundles of several."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Copy(models.Model):
    """A form of a picture as it is taken away, by its original's hash and a recipe.

    `file` names it in the storage; empty where it is made again each time, which is cheap without
    touching pixels. Wherever a file is, a row is; a row whose file is gone makes it again.
    """

    original_sha256 = models.CharField(max_length=64)
    recipe = models.CharField(max_length=60)
    file = models.CharField(max_length=200, blank=True)
    byte_size = models.PositiveBigIntegerField()
    crc32 = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["original_sha256", "recipe"], name="one_copy_of_a_recipe"
            )
        ]
        indexes = [
            models.Index(fields=["used_at"], name="copies_to_sweep", condition=~models.Q(file=""))
        ]


class Bundle(models.Model):
    """Pictures that a person takes away in one ZIP; `pictures` are primary keys.

    What is in it is looked up whenever it is fetched: a picture that is gone by then is left out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bundles"
    )
    pictures = models.JSONField()
    form = models.CharField(max_length=10)
    size = models.CharField(max_length=10)
    is_told = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
