"""The seeded rows (models, prices) in every test, also after one that emptied the tables."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from pytest_django.plugin import blocking_manager_key

_seeds: list[tuple[type[Model], list[Model]]] = []


def remember() -> None:
    """Keeps what the migrations wrote; Django's own way of doing so is told to keep nothing."""
    for model in apps.get_models(include_auto_created=True):
        if rows := list(model._base_manager.all()):
            _seeds.append((model, rows))
    connection._test_serialized_contents = "[]"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """After a test that committed, Django has emptied the tables by now."""
    result = yield
    if nextitem is not None and commits(item) and _seeds:
        with item.config.stash[blocking_manager_key].unblock():
            _restore()
            connection.close()
    return result


def commits(item: pytest.Item) -> bool:
    """Whether a test really commits, instead of being rolled back."""
    marker = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", [])
    return bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in names


def _restore() -> None:
    with transaction.atomic():
        for model, rows in _seeds:
            model._base_manager.bulk_create(rows, ignore_conflicts=True)
