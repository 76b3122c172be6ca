"""The steps around every view."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

pytestmark = pytest.mark.once


def test_all_of_them_work_in_one_thread_for_a_request():
    """The innermost decides: where it were asynchronous, Django would change threads for each."""
    innermost = import_string(settings.MIDDLEWARE[-1])
    assert not getattr(innermost, "async_capable", False)
