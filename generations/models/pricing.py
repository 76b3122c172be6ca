"""The price list: what one unit of a model costs from a day on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generations.models.fields import MoneyField


class PriceListItem(models.Model):
    """The price of one unit in USD; superseded by a later row, never edited.

    Empty `size` or `quality` means any. Token units are priced for a million tokens.
    """

    class Unit(models.TextChoices):
        CALL = "call", _("call")
        IMAGE = "image", _("image")
        TEXT_IN = "text_in", _("million text tokens in")
        CACHED_TEXT_IN = "cached_text_in", _("million cached text tokens in")
        IMAGE_IN = "image_in", _("million image tokens in")
        CACHED_IMAGE_IN = "cached_image_in", _("million cached image tokens in")
        IMAGE_OUT = "image_out", _("million image tokens out")
        TEXT_OUT = "text_out", _("million text tokens out")

    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=100)
    unit = models.CharField(max_length=20, choices=Unit)
    size = models.CharField(max_length=12, blank=True)
    quality = models.CharField(max_length=10, blank=True)
    unit_price = MoneyField()
    effective_from = models.DateTimeField()
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["provider", "model", "unit", "size", "quality", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "model", "unit", "size", "quality", "effective_from"],
                name="one_price_a_day",
            ),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="no_negative_price"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}: {self.unit_price} USD a {self.get_unit_display()}"
