"""Any pictures, some of them the same, removed, restored and deleted in any order."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from generations.models import LedgerEntry, OutputImage
from generations.selectors.audit import ledger_faults
from generations.selectors.spend_check import differences
from generations.services.trash import delete_images, purge_trash, restore_images, trash_images
from tests.pages.delivering import picture, png
from tests.support.cast import make_person
from tests.support.examples import examples

COLOURS = ("tomato", "teal")
ACTS = st.lists(
    st.tuples(st.sampled_from(["make", "trash", "restore", "delete", "purge"]), st.integers(0, 3)),
    max_size=14,
)


def act(name: str, which: int, ana: Any) -> None:
    frames = list(OutputImage.objects.order_by("pk").values_list("pk", flat=True))
    chosen = OutputImage.objects.filter(pk__in=frames[which : which + 1])
    if name == "make":
        picture(ana, content=png((24, 16), COLOURS[which % 2]))
    elif name == "trash":
        trash_images(user=ana, images=chosen)
    elif name == "restore":
        restore_images(images=chosen)
    elif name == "delete":
        delete_images(images=chosen)
    else:
        purge_trash(now=timezone.now() + timedelta(days=40 * (which % 2)))


def kept_files() -> set[str]:
    """Every name that a picture still has; all of them are there."""
    rows = OutputImage.objects.filter(deleted_at=None)
    return {name for row in rows for name in (row.file, row.thumbnail)}


def money() -> tuple[Decimal, Decimal]:
    lines = LedgerEntry.objects.exclude(kind__in=["hold", "release"])
    pictures = OutputImage.objects.aggregate(sum=Sum("cost"))["sum"]
    return lines.aggregate(sum=Sum("amount"))["sum"] or Decimal(0), pictures or Decimal(0)


@pytest.mark.many
@pytest.mark.django_db
@given(acts=ACTS)
@settings(max_examples=examples(50), deadline=None)
def test_files_stay_as_long_as_a_picture_needs_them_and_money_for_ever(acts: Any):
    with transaction.atomic():
        ana = make_person("ana")
        ever: set[str] = set()
        for name, which in acts:
            act(name, which, ana)
            kept = kept_files()
            ever |= kept
            assert {it for it in ever if default_storage.exists(it)} == kept
            spent, told = money()
            assert spent == told
        assert list(ledger_faults()) == []
        assert list(differences()) == []
        transaction.set_rollback(True)
    for name in ever:
        default_storage.delete(name)
