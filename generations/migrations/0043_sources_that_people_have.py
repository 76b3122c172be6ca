"""Names the sources of the first prices as whoever reviews costs can look them up."""

from django.db import migrations

SEEDED = "Seeded on 2026-11-22 from provider-facts.md, section {}"
SOURCES = {
    "1.4": "OpenAI's model pages and public price lists, as of 22 November 2026",
    "1.5": "OpenAI's table of prices per image, as of 22 November 2026",
    "2.1": "AIHubMix's list of models, as of 22 November 2026",
}


def name_sources(apps, schema_editor):
    prices = apps.get_model("generations", "PriceListItem").objects
    for section, source in SOURCES.items():
        prices.filter(source=SEEDED.format(section)).update(source=source)


class Migration(migrations.Migration):
    dependencies = [("generations", "0042_calls_by_their_first_cost")]
    operations = [migrations.RunPython(name_sources, migrations.RunPython.noop)]
