"""A person's own mark on a picture."""

from django.conf import settings
from django.db import models

from generations.models.image import OutputImage


class Favourite(models.Model):
    """One person likes one picture; nobody else sees it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites"
    )
    image = models.ForeignKey(OutputImage, on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "image"], name="one_mark_a_person")
        ]
