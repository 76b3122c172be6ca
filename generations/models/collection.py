"""Named sets of pictures of the team."""

import uuid

from django.conf import settings
from django.db import models

from generations.models.image import OutputImage
from generations.models.project import Project


class Collection(models.Model):
    """Pictures that belong together, in an order that people choose; everybody's to change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Where none is chosen, the first picture
    cover = models.ForeignKey(
        OutputImage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class CollectionItem(models.Model):
    """A picture in its place; positions have gaps, and equal ones go by age."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    image = models.ForeignKey(
        OutputImage, on_delete=models.CASCADE, related_name="collection_items"
    )
    position = models.PositiveIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "image"], name="once_in_a_collection")
        ]
        indexes = [
            models.Index(fields=["collection", "position", "id"], name="order_of_a_collection")
        ]
