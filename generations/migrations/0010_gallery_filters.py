import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("generations", "0009_seed_complexities_and_partial_pictures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="outputimage",
            name="image_model",
            field=models.CharField(blank=True, max_length=141),
        ),
        migrations.AddField(
            model_name="outputimage",
            name="is_in_gallery",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="outputimage",
            name="ratio",
            field=models.CharField(
                blank=True,
                choices=[
                    ("square", "Square"),
                    ("landscape", "Landscape"),
                    ("portrait", "Portrait"),
                    ("wide", "Wide"),
                    ("tall", "Tall"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="outputimage",
            name="requested_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        *(
            migrations.AddIndex(
                model_name="outputimage",
                index=models.Index(
                    fields=fields, name=name, condition=Q(is_in_gallery=True, **more)
                ),
            )
            for name, fields, more in [
                ("gallery", ["-id"], {}),
                ("gallery_of_a_person", ["requested_by", "-id"], {}),
                ("gallery_of_a_model", ["image_model", "-id"], {}),
                ("gallery_of_a_ratio", ["ratio", "-id"], {}),
                ("gallery_transparent", ["-id"], {"is_transparent": True}),
                ("gallery_by_cost", ["cost", "-id"], {}),
                ("gallery_by_time", ["created_at", "-id"], {}),
            ]
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="generations.outputimage",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
    ]
