"""What a call says is written down: at once where it is paid for, soon where it is progress."""

import math
from functools import partial

import pytest
from django.db import DatabaseError

from generations.models import Attempt
from generations.providers.base import (
    Got,
    PartialPicture,
    Pause,
    Progress,
    Queued,
    ResultAddress,
    Said,
    Started,
    Usage,
)
from generations.providers.demo.faults.pictures import bomb_picture
from generations.services.attempts.record import CallRecord
from generations.services.attempts.settle import settle_attempt
from tests.factories import IMAGES, only_attempt, png, put_at, store_image, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(ana):
    return put_at(only_attempt(submit(ana)), Attempt.Status.CALLING)


def _row(attempt):
    return Attempt.objects.get(id=attempt.id)


def _take(attempt, *events):
    record = CallRecord(attempt)
    for event in events:
        record.take(event)
    return _row(attempt)


def test_the_last_percentage_is_written_when_the_provider_goes_silent(attempt):
    events = [Started(), Progress(40), Progress(46)]
    assert _take(attempt, *events).percent < 46
    assert _take(attempt, *events, Progress(47), Pause()).percent == 47


def test_progress_never_goes_backwards(attempt):
    row = _take(attempt, Started(), Progress(60), Progress(30), Queued(), Pause())
    assert (row.phase, row.percent) == ("painting", 60)


def test_an_address_is_saved_before_anything_else_happens(attempt):
    _take(attempt, Started(), ResultAddress("https://pictures.example/one.png"))
    assert attempt.deliveries.get().url == "https://pictures.example/one.png"


def test_what_a_picture_took_is_saved_together_with_it(attempt):
    address = ResultAddress("https://pictures.example/one.png")
    assert _take(attempt, Usage(image_out=196), address).usage["image_out"] == 196


def test_what_cannot_be_kept_keeps_no_address_from_being_saved(attempt):
    record = CallRecord(attempt)
    record.take(Usage(image_out=math.nan))
    with pytest.raises(DatabaseError):
        record.take(ResultAddress("https://pictures.example/one.png"))
    assert attempt.deliveries.get().url == "https://pictures.example/one.png"


def test_partial_pictures_are_counted_and_say_how_far_it_is(ana):
    generation = submit(ana, model=IMAGES, partial_images=2)
    attempt = put_at(only_attempt(generation), Attempt.Status.CALLING)
    rows = [_take(attempt, PartialPicture(png(), index)) for index in range(2)]
    assert [(row.phase, row.percent) for row in rows] == [("painting", 33), ("painting", 66)]
    assert [row.got["partial_images"] for row in rows] == [1, 2]


@pytest.mark.parametrize("content", [bytes, partial(bytes, b"<script>"), bomb_picture])
def test_a_partial_picture_that_is_none_is_left_out(ana, content):
    attempt = put_at(only_attempt(submit(ana, model=IMAGES)), Attempt.Status.CALLING)
    assert _take(attempt, PartialPicture(content(), 0)).partial_file == ""


def test_a_provider_that_talks_nonsense_is_believed_only_so_far(ana):
    """No page, sum or row takes a book; what is asked of it ends all the same."""
    generation = submit(ana, model=IMAGES, size="1024x1024", quality="low")
    attempt = put_at(only_attempt(generation), Attempt.Status.CALLING)
    nines = "9" * 1_000_000
    got = Got(size=f"{nines}x1", quality=nines, revised_prompt=nines)
    row = _take(attempt, Said(nines * 2 + "the end"), got, Pause())
    assert {name: len(text) for name, text in row.got.items()} == {
        "revised_prompt": 64_000,
        "size": 40,
        "quality": 40,
    }
    assert (len(row.said), row.said[-7:]) == (1_000_000, "the end")
    store_image(put_at(row, Attempt.Status.COLLECTING))
    settle_attempt(row)
    assert (row.status, row.charged) == ("succeeded", "yes")


def test_a_call_brings_no_more_pictures_than_any_could(attempt):
    addresses = [ResultAddress(f"https://pictures.example/{number}.png") for number in range(40)]
    _take(attempt, *addresses)
    assert attempt.deliveries.count() == 16
