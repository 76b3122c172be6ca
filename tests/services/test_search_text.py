"""How prompts are folded for the search, and how much of them is kept."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from generations.models import SearchText
from generations.services.search_text import END, LONGEST_TEXT, fold, search_text, search_words
from tests.pages.delivering import picture


@pytest.mark.once
@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("A Red  Kite\n", "a red kite"),
        ("Café NIÑO", "cafe nino"),
        ("ＣＡＦＥ ﬁre", "cafe fire"),
        ("Straße, İstanbul", "strasse, istanbul"),
        ("がき", "がき"),
        ("한국어 漢字", "한국어 漢字"),
        ("a\x00b\x07c", "a b c"),
        ("🦊", "🦊"),
        ("don’t, L‘été “now”", "don't, l'ete \"now\""),
        ("I ❤️ zoo\u00adlo\u200bgy\ufeff", "i ❤ zoology"),
        ("नमस्\u200dते", "नमस्\u200dते"),
    ],
)
def test_texts_are_compared_without_case_accents_and_widths(written: str, folded: str):
    assert fold(written) == folded


@pytest.mark.django_db
def test_pictures_from_before_are_found_by_quotes_as_they_are_typed(ana: User):
    image = picture(ana)
    SearchText.objects.update(text=f"don’t blink{END}a “zoo\u00ad\ufeff”{END}")
    import_module("generations.migrations.0038_plain_quotes_in_search").fold_again(apps, None)
    assert SearchText.objects.get(image=image).text == f'don\'t blink{END}a "zoo"{END}'


@pytest.mark.once
@given(st.text())
def test_what_is_folded_once_is_folded(text: str):
    assert fold(fold(text)) == fold(text)


@pytest.mark.once
@given(st.text(alphabet="ab \n"), st.text(alphabet="ab \n"))
def test_a_word_is_never_found_across_two_prompts(prompt: str, revised: str):
    found_in = [fold(prompt), fold(revised)]
    text = search_text(prompt, revised)
    for word in search_words("aa ab ba bb aba"):
        assert (word in text) == any(word in one for one in found_in)


@pytest.mark.once
def test_the_longest_text_is_one_that_an_index_takes():
    text = search_text("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 200_000, "🦊" * 200_000)
    assert len(text) <= LONGEST_TEXT + 4
