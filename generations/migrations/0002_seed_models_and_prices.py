"""The image models and prices of 22 November 2026, from provider-facts.md 1.1 to 1.5 and 2.1."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import migrations

STANDARD = ["auto", "1024x1024", "1536x1024", "1024x1536"]
GPT_IMAGE = {
    "route": "images",
    "sizes": STANDARD,
    "takes_free_size": True,
    "qualities": ["auto", "low", "medium", "high"],
    "backgrounds": ["auto", "opaque", "transparent"],
    "output_formats": ["png", "jpeg", "webp"],
    "takes_compression": True,
    "moderations": ["auto", "low"],
    "takes_mask": True,
    "max_partial_images": 0,
    "max_references": 16,
    "max_count": 4,
    "prompt_limit": 32_000,
}
TO_MAX = {"qualities": ["auto", "low", "medium", "high", "xhigh", "max"]}
REVERSE = {
    "route": "chat",
    "sizes": STANDARD,
    "backgrounds": ["auto", "transparent"],
    "max_references": 10,
    "max_count": 4,
    "prompt_limit": 32_000,
    "charges_failures": True,
}
IMAGE_1 = {
    "takes_free_size": False,
    "input_fidelities": ["low", "high"],
    "ends_on": date(2026, 10, 23),
}

# name: what it takes beside its family, in the order of the picker
GPT_IMAGE_MODELS = {
    "gpt-image-2.6-flare": TO_MAX,
    "gpt-image-2.6-sunburst": TO_MAX,
    "gpt-image-2.5-flare": TO_MAX,
    "gpt-image-2.5-sunburst": TO_MAX,
    "gpt-image-2": {},
    "gpt-image-1": IMAGE_1,
}
REVERSE_MODELS = ["gpt-4o-image-vip", "gpt-4o-image"]

# provider-facts.md 2.1: USD a call since 2025-06-04
CALL_PRICES = {"gpt-4o-image": "0.005", "gpt-4o-image-vip": "0.009"}

# provider-facts.md 1.4: USD a million tokens (text in, cached, image in, cached, image out)
TOKEN_UNITS = ["text_in", "cached_text_in", "image_in", "cached_image_in", "image_out"]
TOKENS_2 = ["5", "1.25", "8", "2", "30"]
TOKENS_1 = ["5", "1.25", "10", "2.5", "40"]

# provider-facts.md 1.5: USD a picture, output tokens only
FIVE = ["low", "medium", "high", "xhigh", "max"]
PICTURES_1 = {
    "1024x1024": [".011", ".042", ".167"],
    "1024x1536": [".016", ".063", ".25"],
    "1536x1024": [".016", ".063", ".25"],
}
PICTURES_2 = {
    "1024x1024": [".006", ".053", ".211"],
    "1024x1536": [".005", ".041", ".165"],
    "1536x1024": [".005", ".041", ".165"],
    "1920x1080": [".005", ".040", ".158"],
    "2560x1440": [".007", ".056", ".222"],
    "3840x2160": [".012", ".101", ".401"],
}
PICTURES_25 = {
    "1024x1024": [".00588", ".01317", ".05268", ".09366", ".21072"],
    "1024x1536": [".00474", ".01029", ".04116", ".07377", ".16464"],
    "1536x1024": [".00474", ".01029", ".04116", ".07377", ".16464"],
    "1920x1080": [".00441", ".01029", ".0396", ".07041", ".1584"],
    "2560x1440": [".00615", ".01434", ".05529", ".09828", ".2211"],
    "3840x2160": [".01113", ".02595", ".10008", ".1779", ".40026"],
}
# 2.6 takes 3 to 4 times the tokens of 2.5 at low and medium; held at 4 times, settled by usage
PICTURES_26 = {
    size: [str(Decimal(low) * 4), str(Decimal(medium) * 4), *rest]
    for size, (low, medium, *rest) in PICTURES_25.items()
}
PICTURE_PRICES = {
    "gpt-image-1": PICTURES_1,
    "gpt-image-2": PICTURES_2,
    "gpt-image-2.5-flare": PICTURES_25,
    "gpt-image-2.5-sunburst": PICTURES_25,
    "gpt-image-2.6-flare": PICTURES_26,
    "gpt-image-2.6-sunburst": PICTURES_26,
}

OF_PROVIDER = {
    "openai": [*GPT_IMAGE_MODELS],
    "aihubmix": [*REVERSE_MODELS, *GPT_IMAGE_MODELS],
    "demo": [*REVERSE_MODELS, *GPT_IMAGE_MODELS],
}
SINCE = datetime(2026, 11, 22, tzinfo=UTC)
SOURCE = "Seeded on 2026-11-22 from provider-facts.md, section {}"


def seed(apps, schema_editor):
    for provider, names in OF_PROVIDER.items():
        _seed_models(apps.get_model("generations", "ImageModel"), provider, names)
        _seed_prices(apps.get_model("generations", "PriceListItem"), provider, names)


def _seed_models(model, provider, names):
    for position, name in enumerate(names):
        takes = REVERSE if name in REVERSE_MODELS else GPT_IMAGE | GPT_IMAGE_MODELS[name]
        # AIHubMix charges every call that has started: provider-facts.md 0.6 and 4.5
        takes = takes | ({"charges_failures": True} if provider == "aihubmix" else {})
        # Partial pictures cost 100 tokens each, so only the demo shows them unasked
        takes = takes | ({"max_partial_images": 2} if _is_free(provider, takes) else {})
        model.objects.get_or_create(
            provider=provider, name=name, defaults={"position": 10 * (position + 1), **takes}
        )


def _is_free(provider, takes):
    return provider == "demo" and takes["route"] == "images"


def _seed_prices(item, provider, names):
    rows = [row for name in names for row in _prices(name)]
    item.objects.bulk_create(item(provider=provider, effective_from=SINCE, **row) for row in rows)


def _prices(name):
    if name in CALL_PRICES:
        yield _row(name, "call", CALL_PRICES[name], "2.1")
        return
    tokens = TOKENS_1 if name == "gpt-image-1" else TOKENS_2
    for unit, price in zip(TOKEN_UNITS, tokens, strict=True):
        yield _row(name, unit, price, "1.4")
    for size, prices in PICTURE_PRICES[name].items():
        for quality, price in zip(FIVE, prices, strict=False):
            yield _row(name, "image", price, "1.5", size=size, quality=quality)


def _row(name, unit, price, section, **what):
    source = SOURCE.format(section)
    return {"model": name, "unit": unit, "unit_price": Decimal(price), "source": source} | what


class Migration(migrations.Migration):
    dependencies = [("generations", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
