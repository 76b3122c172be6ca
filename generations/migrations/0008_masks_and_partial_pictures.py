import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generations", "0007_deliveries_to_collect")]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="complexity",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="generation",
            name="partial_images",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="imagemodel",
            name="complexities",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name="imagemodel",
            name="max_partial_images",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="People choose up to so many for a picture; each costs 100 tokens.",
            ),
        ),
        migrations.AddField(
            model_name="referenceimage",
            name="mask_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="masks",
                to="generations.referenceimage",
            ),
        ),
    ]
