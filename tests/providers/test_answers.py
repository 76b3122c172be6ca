"""The bytes of an answer, told apart: what no well-behaved server sends."""

import json

import pytest

from generations.providers import answers
from generations.providers.answers import AnswerReader, Data
from generations.providers.base import Code, ProviderError


@pytest.mark.parametrize(
    "said", ['"overloaded"', '"internal error"', "5", "null", "[1]", '{"a": 1}']
)
def test_an_event_that_is_named_an_error_is_one_whatever_it_holds(said):
    reader = AnswerReader()
    messages = reader.feed(f"event: error\ndata: {said}\n\n".encode())
    assert messages == [Data({"error": json.loads(said)})]


def test_an_error_is_not_wrapped_twice():
    reader = AnswerReader()
    assert reader.feed(b'event: error\ndata: {"error": "x"}\n\n') == [Data({"error": "x"})]


@pytest.mark.parametrize("start", [b"data: 1\n\n", b"data: 1\n\ndata: ", b"{"])
def test_what_came_before_a_message_without_end_can_still_be_finished(monkeypatch, start):
    monkeypatch.setattr(answers, "_MAX_MESSAGE_BYTES", 1_000)
    reader = AnswerReader()
    reader.feed(start)
    with pytest.raises(ProviderError) as caught:
        reader.feed(b"x" * 2_000)
    assert caught.value.code is Code.UNREADABLE_ANSWER
    reader.finish()
