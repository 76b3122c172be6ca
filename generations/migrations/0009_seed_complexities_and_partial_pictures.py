"""What the models take beside quality, from provider-facts.md 1.2, and what older rows meant."""

from django.db import migrations

# AIHubMix's schema declares neither of the two: provider-facts.md 4.2
PROVIDERS = ("openai", "demo")
COMPLEX_MODELS = ("gpt-image-2.6-flare", "gpt-image-2.6-sunburst")
COMPLEXITIES = ["low", "medium", "high"]
PARTIAL_MODELS = (
    "gpt-image-1",
    "gpt-image-2",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst",
    *COMPLEX_MODELS,
)
MOST_PARTIALS = 3
SEEDED = {"openai": 0, "demo": 2}


def fill(apps, schema_editor):
    _say_what_was_asked(apps)
    _say_whose_mask_it_is(apps)
    _seed(apps.get_model("generations", "ImageModel"))


def _say_what_was_asked(apps):
    """So far a model's row decided by itself how many partial pictures each call asked for."""
    generation = apps.get_model("generations", "Generation")
    for model in apps.get_model("generations", "ImageModel").objects.exclude(max_partial_images=0):
        generation.objects.filter(provider=model.provider, model=model.name).update(
            partial_images=model.max_partial_images
        )


def _say_whose_mask_it_is(apps):
    use = apps.get_model("generations", "ReferenceUse")
    reference = apps.get_model("generations", "ReferenceImage")
    for mask in use.objects.filter(is_mask=True):
        first = use.objects.filter(generation=mask.generation_id, is_mask=False, position=0).first()
        if first is not None:
            reference.objects.filter(id=mask.reference_id).update(mask_of=first.reference_id)


def _seed(model):
    for provider in PROVIDERS:
        seeded = model.objects.filter(provider=provider)
        seeded.filter(name__in=COMPLEX_MODELS, complexities=[]).update(complexities=COMPLEXITIES)
        seeded.filter(name__in=PARTIAL_MODELS, max_partial_images=SEEDED[provider]).update(
            max_partial_images=MOST_PARTIALS
        )


class Migration(migrations.Migration):
    dependencies = [("generations", "0008_masks_and_partial_pictures")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
