"""What a person keeps of the composer: under a name, or until it is sent."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from generations.models.project import Project


class Preset(models.Model):
    """A prompt (perhaps empty) and settings under a name: one's own, or the team's to read.

    `settings` are the fields of GenerationSettings as they were asked for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presets"
    )
    name = models.CharField(max_length=80)
    is_team = models.BooleanField(default=False)
    prompt = models.TextField(blank=True)
    provider = models.SlugField(max_length=40)
    model = models.CharField(max_length=100)
    settings = models.JSONField(default=dict)
    # Null leaves the composer's project as it is
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "created_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_preset_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def image_model(self) -> str:
        """The model as forms and pages name it: provider/name."""
        return f"{self.provider}/{self.model}"

    def may_be_edited_by(self, user: Any) -> bool:
        """The owner's; what the team uses is staff's, too."""
        return self.owner_id == user.pk or (self.is_team and user.is_staff)


class Draft(models.Model):
    """What stands in a person's composer and was not sent yet; nobody else sees it.

    `fields` are as typed; `references` and `masks` name pictures by their ids, in order.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="draft"
    )
    fields = models.JSONField(default=dict)
    references = models.JSONField(default=list)
    masks = models.JSONField(default=list)
    saved_at = models.DateTimeField(auto_now=True)
