"""What the prompt check points at, how clearly, and what it would write instead."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from generations.models import PromptRule
from generations.services.prompt_check import (
    MOST_CHARACTERS,
    Finding,
    Rules,
    check_prompt,
    compile_rules,
    current_rules,
)
from tests.prompt_check.measure import DAY, first_rules


@pytest.fixture(scope="module")
def rules() -> Rules:
    return first_rules()


def rule(name: str, **values: Any) -> PromptRule:
    usual = {"kind": "living_artist", "level": "clear", "spellings": name}
    return PromptRule(name=name, **(usual | values))


def used(prompt: str, finding: Finding) -> str:
    """The prompt after "Use this wording"."""
    return prompt[: finding.start] + finding.wording + prompt[finding.end :]


WRITTEN = [
    "by hayao miyazaki",
    "by HAYAO MIYAZAKI",
    "by Hayao  Miyazaki",
    "by Hayao-Miyazaki",
    "by Hayao\nMiyazaki",
    "by Hayao_Miyazaki",
    "by HayaoMiyazaki",
    "by Hayao Miya zaki",
    "by Miyazaki Hayao",
    "by Ｈａｙａｏ Ｍｉｙａｚａｋｉ",
    "by Hayáo Miyazákì",
    "by Haya\u200bo Miyaza\u0301ki",
    "#HayaoMiyazaki",
    "Hayao Miyazaki's castle",
    "Hayao Miyazaki’s castle",
    "Hayao Miyazakis Schloss",
    "(Hayao Miyazaki)",
    "宮崎駿",
    "宫崎骏",
    "宮崎 駿の城",
    "宮崎・駿の城",
    "今天画宫崎骏风格的城堡",
    "ミヤザキハヤオ",
    "ﾐﾔｻﾞｷ ﾊﾔｵ",
    "하야오 미야자키의 성",
    "замок Хаяо Миядзаки",
]


@pytest.mark.parametrize("prompt", WRITTEN)
def test_a_name_is_found_however_it_is_written(rules: Rules, prompt: str) -> None:
    (finding,) = check_prompt(prompt, rules)
    assert finding.is_clear
    assert finding.rule.name == "Hayao Miyazaki"
    assert prompt[finding.start : finding.end] == finding.text


NOT_MEANT = [
    "banksia",
    "embanksyment",
    "a hockneyist stick",
    "Hayao. Miyazakian",
    "Tim, Burton on Trent",
    "I like Tim. Burton is a town",
    "the spider. Man the boats",
    "ジブリール",
    "フヌードル",
    "kawsy pieces",
    "宮崎県の海",
    "新海水",
    "아카우스",
    "",
    "\n",
    "🎨🎨🎨",
]


@pytest.mark.parametrize("prompt", NOT_MEANT)
def test_what_only_looks_like_a_name_is_left_alone(rules: Rules, prompt: str) -> None:
    assert check_prompt(prompt, rules) == []


@pytest.mark.parametrize(
    ("prompt", "is_found"),
    [
        ("A Burton snowboard", False),
        ("A house by Burton", True),
        ("A house, Burton style", True),
        ("al estilo de Richter", True),
        ("Ein Richter in Robe", False),
        ("in the manner of Kiefer", True),
    ],
)
def test_a_common_surname_counts_only_beside_a_style_word(
    rules: Rules, prompt: str, is_found: bool
) -> None:
    assert bool(check_prompt(prompt, rules)) is is_found


LEVELS = [
    ("a lamp by Pixar", ["soft"]),
    ("Ghibli", ["soft"]),
    ("吉卜力的小镇", ["soft"]),
    ("Pixar style", []),
    ("Ghibli-style harbour", []),
    ("a harbour in the style of Studio Ghibli", []),
    ("estilo Ghibli", []),
    ("im Ghibli-Stil", []),
    ("dans le style de Pixar", []),
    ("吉卜力风格", []),
    ("吉卜力的动画风格", []),
    ("ジブリっぽい村", []),
    ("지브리 스타일", []),
    ("in the style of Pixar and Ghibli", []),
    ("Kyoto Animation inspired", []),
    ("千与千寻", ["soft"]),
    ("风之谷的飞行器", ["soft"]),
    ("Van Gogh", []),
    ("by Akira Toriyama", []),
    ("a woman in a bikini", ["soft"]),
    ("a naked woman", ["clear"]),
    ("a photo of a little girl with a kite", ["soft"]),
    ("a little girl with a kite, gouache", []),
    ("a sneaker with the Nike logo", ["soft"]),
    ("a Nike sneaker", []),
    ("Ghibli house by Makoto Shinkai", ["clear", "soft"]),
]


@pytest.mark.parametrize(("prompt", "levels"), LEVELS)
def test_how_clearly_it_warns(rules: Rules, prompt: str, levels: list[str]) -> None:
    assert [finding.level for finding in check_prompt(prompt, rules)] == levels


WORDINGS = [
    (
        "A girl, in the style of Makoto Shinkai, 2:3",
        "A girl, in bright modern Japanese anime style, 2:3",
    ),
    ("A girl by Makoto Shinkai", "A girl in bright modern Japanese anime style"),
    (
        "Makoto Shinkai-style clouds over the town",
        "bright modern Japanese anime style clouds over the town",
    ),
    (
        "Makoto Shinkai's clouds over the town",
        "bright modern Japanese anime style clouds over the town",
    ),
    (
        "clouds inspired by Makoto Shinkai",
        "clouds inspired by bright modern Japanese anime style",
    ),
    (
        "Una niña con un perro, al estilo de Makoto Shinkai",
        "Una niña con un perro, en estilo de anime japonés moderno y luminoso",
    ),
    (
        "Eine Stadt im Stil von Makoto Shinkai und ein Zug",
        "Eine Stadt im Stil heller moderner japanischer Animes und ein Zug",
    ),
    (
        "Une gare dans le style de Makoto Shinkai",
        "Une gare dans un style d’anime japonais moderne et lumineux",
    ),
    ("新海诚风格的天空", "明亮的现代日本动画风格的天空"),
    ("新海诚的天空", "明亮的现代日本动画风格的天空"),
    ("新海誠風の空", "明るい現代的な日本アニメ風の空"),
    ("🎨 a hat for Pikachu's cousin", "🎨 a hat for small yellow electric creature's cousin"),
]


@pytest.mark.parametrize(("prompt", "after"), WORDINGS)
def test_the_safer_wording_takes_exactly_the_place_of_the_words(
    rules: Rules, prompt: str, after: str
) -> None:
    (finding,) = check_prompt(prompt, rules)
    assert used(prompt, finding) == after
    assert check_prompt(after, rules) == []


def test_no_wording_of_the_list_is_warned_at(rules: Rules) -> None:
    wordings = {
        text
        for entries in rules.index.words.values()
        for entry in entries
        for text in entry.rule.wordings().values()
    }
    assert [text for text in wordings if check_prompt(text, rules)] == []


def test_one_entry_is_said_once_and_clear_ones_come_first(rules: Rules) -> None:
    found = check_prompt("A bikini, Banksy and Banksy, then Mickey Mouse", rules)
    assert [finding.words for finding in found] == ["Banksy", "Mickey Mouse", "bikini"]


def test_a_dead_namesake_silences_the_living() -> None:
    living = rule("Jamie Wyeth", spellings="Jamie Wyeth\nWyeth")
    dead = rule("Andrew Wyeth", kind="deceased_artist", level="none", spellings="Wyeth")
    assert check_prompt("by Wyeth", compile_rules([living], DAY))
    assert not check_prompt("by Wyeth", compile_rules([living, dead], DAY))
    assert check_prompt("by Jamie Wyeth", compile_rules([living, dead], DAY))


def test_a_longer_harmless_word_silences_a_shorter_one(rules: Rules) -> None:
    assert not check_prompt("a Gore-Tex jacket", rules)
    assert check_prompt("a Gore-Tex jacket, gore", rules)


def test_from_the_day_of_death_on_nothing_is_said() -> None:
    painter = rule("Old Master", died_on=date(2026, 12, 24))
    before = compile_rules([painter], date(2026, 12, 23))
    after = compile_rules([painter], date(2026, 12, 24))
    assert check_prompt("by Old Master", before)
    assert not check_prompt("by Old Master", after)


def test_staff_may_say_it_in_their_own_words() -> None:
    (finding,) = check_prompt(
        "Old Master", compile_rules([rule("Old Master", sentence="Ask Ben first.")], DAY)
    )
    assert (finding.title, finding.sentence) == (
        "“Old Master” is a living artist.",
        "Ask Ben first.",
    )
    assert finding.wording == ""


@pytest.mark.django_db
def test_what_staff_change_holds_at_once() -> None:
    assert check_prompt("Banksy", current_rules())
    assert current_rules() is current_rules()
    banksy = PromptRule.objects.get(name="Banksy")
    banksy.is_enabled = False
    banksy.save()
    assert not check_prompt("Banksy", current_rules())
    banksy.is_enabled, banksy.died_on = True, timezone.localdate() + timedelta(days=1)
    banksy.save()
    assert check_prompt("Banksy", current_rules())
    rule("Ana of Next Door").save()
    assert check_prompt("by Ana of next door", current_rules())


@pytest.mark.django_db
def test_the_first_list_says_where_it_comes_from() -> None:
    assert not PromptRule.objects.filter(sources="", level="clear").exists()
    assert PromptRule.objects.get(name="Makoto Shinkai").checked_on == DAY
    assert PromptRule.objects.get(name="Ross Tran").checked_on is None


@pytest.mark.parametrize(
    "part", ["Hayao Miyazaki ", "宮崎駿", "a ", "宮", "ﾐﾔｻﾞｷ", "\0", "👩‍👩‍👧", "’s ", "style of "]
)
def test_the_longest_prompt_is_read_to_its_end(rules: Rules, part: str) -> None:
    long = (part * MOST_CHARACTERS)[: MOST_CHARACTERS - 7] + " Banksy"
    assert "Banksy" in [finding.rule.name for finding in check_prompt(long, rules)]
