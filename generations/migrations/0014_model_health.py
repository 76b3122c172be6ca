from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generations", "0013_copies_and_bundles")]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="model",
            field=models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="attempt",
            name="picture_count",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["finished_at"], name="attempts_that_ended"),
        ),
    ]
