"""Writes model and number of pictures into the attempts that were there before these columns."""

from django.db import migrations
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    attempts, generations, images = (
        apps.get_model("generations", name).objects
        for name in ("Attempt", "Generation", "OutputImage")
    )
    model = generations.filter(id=OuterRef("generation_id")).values("model")
    of_attempt = images.filter(attempt=OuterRef("id")).order_by().values("attempt")
    count = of_attempt.annotate(pictures=Count("id")).values("pictures")
    attempts.update(model=Subquery(model), picture_count=Coalesce(Subquery(count), 0))


class Migration(migrations.Migration):
    dependencies = [("generations", "0014_model_health")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
