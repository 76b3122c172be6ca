"""The price of text tokens out, which providers list beside the others: provider-facts.md 1.4."""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import migrations

MODELS = [
    "gpt-image-2",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.6-flare",
    "gpt-image-2.6-sunburst",
]
SINCE = datetime(2026, 11, 22, tzinfo=UTC)
SOURCE = "Seeded on 2026-11-22 from provider-facts.md, section 1.4"


def seed(apps, schema_editor):
    item = apps.get_model("generations", "PriceListItem")
    for provider in ("openai", "aihubmix", "demo"):
        for model in MODELS:
            item.objects.get_or_create(
                provider=provider,
                model=model,
                unit="text_out",
                size="",
                quality="",
                effective_from=SINCE,
                defaults={"unit_price": Decimal(10), "source": SOURCE},
            )


class Migration(migrations.Migration):
    dependencies = [("generations", "0003_settlements")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
