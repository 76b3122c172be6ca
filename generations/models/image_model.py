"""The image models that people may choose, as rows that staff can edit."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImageModel(models.Model):
    """A provider's image model: how it is called, what it takes, how it charges.

    The lists hold the API's own words; an empty list means that the setting is not taken: it is
    not shown, not accepted and not sent.
    """

    class Route(models.TextChoices):
        CHAT = "chat", _("Chat completions, streamed")
        IMAGES = "images", _("Images API")

    provider = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    label = models.CharField(max_length=100, blank=True)
    route = models.CharField(max_length=10, choices=Route)
    position = models.PositiveSmallIntegerField(default=100)
    is_enabled = models.BooleanField(default=True)
    ends_on = models.DateField(null=True, blank=True)
    is_kept_after_end = models.BooleanField(
        default=False, help_text=_("Still offered after its end: a relay may still serve it.")
    )

    # What it takes
    sizes = models.JSONField(default=list, blank=True)
    takes_free_size = models.BooleanField(default=False)
    qualities = models.JSONField(default=list, blank=True)
    backgrounds = models.JSONField(default=list, blank=True)
    output_formats = models.JSONField(default=list, blank=True)
    takes_compression = models.BooleanField(default=False)
    moderations = models.JSONField(default=list, blank=True)
    input_fidelities = models.JSONField(default=list, blank=True)
    complexities = models.JSONField(default=list, blank=True)
    takes_mask = models.BooleanField(default=False)
    max_partial_images = models.PositiveSmallIntegerField(
        default=0, help_text=_("People choose up to so many for a picture; each costs 100 tokens.")
    )
    max_references = models.PositiveSmallIntegerField(default=0)
    max_count = models.PositiveSmallIntegerField(default=4)
    prompt_limit = models.PositiveIntegerField(default=32_000)

    charges_failures = models.BooleanField(
        default=False, help_text=_("A call that started and failed is charged.")
    )

    class Meta:
        ordering = ["position", "provider", "name"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="one_model_a_name")
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}"

    def takes_size(self, size: str) -> bool:
        return size in self.sizes or (self.takes_free_size and "x" in size)

    def has_ended(self, today: date) -> bool:
        return self.ends_on is not None and self.ends_on <= today

    def may_be_used(self, today: date) -> bool:
        return self.is_enabled and (self.is_kept_after_end or not self.has_ended(today))
