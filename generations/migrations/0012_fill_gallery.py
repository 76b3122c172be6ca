"""Brings the pictures that there are already into the gallery as it is read now."""

from itertools import islice

from django.db import migrations

from generations.models import Ratio
from generations.services.search_text import search_text

FIELDS = ["is_in_gallery", "requested_by", "image_model", "ratio"]


def fill(apps, schema_editor):
    images = apps.get_model("generations", "OutputImage").objects
    texts = apps.get_model("generations", "SearchText").objects
    settled = images.filter(attempt__status="succeeded").select_related("generation", "attempt")
    rows = settled.order_by("pk").iterator(chunk_size=500)
    while some := list(islice(rows, 500)):
        for image in some:
            _fill_in(image)
        images.bulk_update(some, FIELDS)
        texts.bulk_create([texts.model(image=image, text=_text(image)) for image in some])


def _fill_in(image):
    generation = image.generation
    image.is_in_gallery = True
    image.requested_by_id = generation.requested_by_id
    image.image_model = f"{generation.provider}/{generation.model}"
    image.ratio = Ratio.of(image.width, image.height)


def _text(image):
    return search_text(image.generation.prompt, image.attempt.got.get("revised_prompt", ""))


class Migration(migrations.Migration):
    dependencies = [("generations", "0011_search_index")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
