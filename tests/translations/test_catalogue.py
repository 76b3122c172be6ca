"""Spanish is complete, and no template says anything that could not be translated."""

import pytest
from django.contrib import admin

from generations.admin_words import FIELDS
from tests.translations.catalogue import faults
from tests.translations.wording import untranslatable

pytestmark = pytest.mark.once


def test_every_text_has_its_spanish_with_the_same_places_to_fill():
    found = faults()
    assert not found, "\n".join([*found, "Run make messages and translate what it lists."])


def test_templates_say_nothing_that_is_not_in_the_catalogue():
    assert untranslatable() == []


def test_the_lists_of_the_staff_have_words_for_every_column():
    models = [it for it in admin.site._registry if it._meta.app_label == "generations"]
    named = {field.name for model in models for field in model._meta.fields}
    assert named <= set(FIELDS)
