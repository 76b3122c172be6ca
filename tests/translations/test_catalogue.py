"""The words of the staff's lists are in one place."""

import pytest
from django.contrib import admin

from generations.admin_words import FIELDS

pytestmark = pytest.mark.once


def test_the_lists_of_the_staff_have_words_for_every_column():
    models = [it for it in admin.site._registry if it._meta.app_label == "generations"]
    named = {field.name for model in models for field in model._meta.fields}
    assert named <= set(FIELDS)
