"""However the text of an answer is torn, its events are the same."""

import base64
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generations.providers.base import Event, ProviderError
from generations.providers.chat_grammar import ChatAnswer
from tests.providers.transcripts import TRANSCRIPTS

DATA_URI = "data:image/png;base64," + base64.b64encode(bytes(range(256))).decode()
OWN = [
    f"Sure!\n![image]({DATA_URI})\n\n![https://e.example/a.png](https://e.example/a.png)%",
    f"{DATA_URI} ![a](https://e.example/1.webp)[在线播放▶️](https://e.example/1.mp4)",
    '{"prompt": "a \\"b\\" ``` {c"}>🏃‍♂️ Progress 1..10..100..[100](https://e.example/x)',
    "```json\n{broken\n```\n> Generating Complete ✅ [![a](https://e.example/a(1).png)](b)",
    "> Generating com\n![a\n\nb](https://e.example/1.png)[点击下载](https://e.example/2)",
    "![a ![b] [c](https://e.example/1.png [d](\n> 进度 5%",
    ">⚡ Generating       complete >⚡ Generating\n\n>🏃 Progress 7",
]
FRAGMENTS = [
    "![", "[", "](", ")", "```", "```json\n", "{", "}", '"', "\\", "\n", " ", ">", "🏃", "⚡", "🕐",
    "Progress ", "进度 ", "Generating", " complete", "Queuing", "12..", "100", "%", "❌", "!", "`",
    "https://e.example/a.png", "https://e.example/b.webp", "https://e.example/c.mp4",
    "data:image/png;base64,AAAA", "点击下载", '"prompt": "x"', "\ud83d\udd50", "a",
]  # fmt: skip


def outcome(pieces: list[str], *, cut: bool) -> tuple[list[Event], object, str]:
    answer = ChatAnswer()
    events: list[Event] = []
    failure: object = None
    try:
        for piece in pieces:
            events += answer.feed(piece)
        events += answer.finish(cut)
    except ProviderError as error:
        failure = (error.code, error.charged, error.detail)
    return events, failure, answer.said


def torn(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[start:stop] for start, stop in pairwise(places)]


@pytest.mark.parametrize("text", [*TRANSCRIPTS.values(), *OWN])
@pytest.mark.parametrize("cut", [False, True])
def test_every_single_character_apart(text, cut):
    assert outcome(list(text), cut=cut) == outcome([text], cut=cut)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([*TRANSCRIPTS.values(), *OWN]), st.lists(st.integers(0, 10_000)), st.booleans()
)
def test_torn_anywhere(text, cuts, cut):
    assert outcome(torn(text, cuts), cut=cut) == outcome([text], cut=cut)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=30), st.lists(st.integers(0, 500)), st.booleans()
)
def test_torn_anywhere_whatever_it_says(fragments, cuts, cut):
    text = "".join(fragments)
    assert outcome(torn(text, cuts), cut=cut) == outcome([text], cut=cut)


def test_surrogates_in_two_pieces_are_one_sign():
    answer = ChatAnswer()
    answer.feed(">\ud83d")
    answer.feed("\udd50 Queuing.\x00 \udd50 ")
    assert answer.said == ">🕐 Queuing. � "


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(list(TRANSCRIPTS.values())), st.integers(0, 3_000))
def test_what_is_said_is_all_that_came(text, length):
    answer = ChatAnswer()
    for sign in text[:length]:
        answer.feed(sign)
    assert answer.said == text[:length]
