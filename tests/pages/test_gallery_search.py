"""Searching the gallery: the same on every database, and right after each write."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generations.models import OutputImage, SearchText
from generations.selectors import gallery_search
from generations.selectors.gallery_search import found_frames
from generations.services.search_text import search_text, search_words
from tests.pages.delivering import many

pytestmark = pytest.mark.django_db

TEXTS = [
    "A red kite over the sea",
    "Un café en otoño, acuarela",
    "赤い凧と猫",
    "猫咪在屋顶上",
    "Кошка на крыше",
    '"Quoted", it\'s 100% c:\\paint_brush AND not OR',
    "🦊 in the snow",
    "aaaa",
    "ab",
    "x",
]
QUERIES = ["kite", "KITE red", "cafe", "otono", "猫", "猫咪", "凧と", "кошка", "it's", "100%"]
QUERIES += ["c:\\", "b", "_brush", '"quoted"', "AND", "🦊", "aaa", "aaaaa", "ab", "x", "ｋｉｔｅ"]
QUERIES += ["nothing", "ed ki"]
ALPHABET = "abcé ÉＡ'\"\\%_*猫咪가각🦊が"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of a few pictures, so that a few reach the index too."""
    monkeypatch.setattr(gallery_search, "LOOKED_AT_FIRST", 2)
    monkeypatch.setattr(gallery_search, "READ_ON", 4)
    monkeypatch.setattr(gallery_search, "MET_OFTEN", 1)
    monkeypatch.setattr(gallery_search, "CANDIDATES", 3)


def write_texts(images: list[OutputImage], texts: list[str]) -> None:
    SearchText.objects.filter(image__in=images).delete()
    rows = zip(images, texts, strict=True)
    SearchText.objects.bulk_create(
        SearchText(image=image, text=search_text(text)) for image, text in rows
    )


def found(query: str, *, limit: int = 100, is_upward: bool = False) -> list[int]:
    gallery = OutputImage.objects.in_gallery()
    return found_frames(gallery, search_words(query), limit=limit, is_upward=is_upward)


def holding(images: list[OutputImage], texts: list[str], query: str) -> list[int]:
    """What Python finds, newest first."""
    words = search_words(query)
    pairs = zip(images, texts, strict=True)
    hits = [it.pk for it, text in pairs if all(word in search_text(text) for word in words)]
    return hits[::-1]


@pytest.mark.parametrize("query", QUERIES)
def test_both_ways_of_searching_find_what_python_finds(ana: Any, hurried: None, query: str):
    images = many(ana, len(TEXTS))
    write_texts(images, TEXTS)
    assert found(query) == holding(images, TEXTS, query)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    texts=st.lists(st.text(ALPHABET, max_size=12), min_size=8, max_size=8),
    query=st.text(ALPHABET, min_size=1, max_size=5),
    is_upward=st.booleans(),
)
def test_any_text_and_any_query(eight: Any, texts: list[str], query: str, is_upward: bool):
    write_texts(eight, texts)
    hits = holding(eight, texts, query)
    expected = hits[::-1] if is_upward else hits
    if search_words(query):
        assert found(query, is_upward=is_upward) == expected
        assert found(query, limit=3, is_upward=is_upward) == expected[:3]


@pytest.fixture
def eight(ana: Any, hurried: None) -> list[OutputImage]:
    return many(ana, 8)
