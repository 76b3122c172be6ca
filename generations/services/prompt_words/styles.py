"""Sees whether a name stands for a style ("in the style of …", "…-Stil", "…风格"), and how much
of the sentence a safer wording must then replace."""

import re
from dataclasses import dataclass

REACH = 60
ROLE = (
    r"(?:(?:the|el|la|le|der|des) )?"
    r"(?:(?:artist|painter|director|illustrator|artista|pintor|studio|estudio) )?"
)

# What a name follows; "in" and "noun" are replaced with the name, "as" stays
BEFORE = {
    "in": [
        r"(?:in|with) (?:(?:the|a|an) )?(?:\w+ )?(?:style|manner|spirit|vein|look|aesthetic)s? of",
        r"(?:al|en el|con el|en) estilo(?: de(?:l)?)?",
        r"a la manera de|a lo|à la manière (?:de|d['’])|à la|a la",
        r"(?:ao|no|em) estilo(?: d[eoa])?|(?:nello|in|con lo) stile(?: di)?|alla maniera di",
        r"im (?:\w+ )?(?:stile?|look)(?: von| des| der)?|nach art (?:von|des|der)",
        r"(?:dans|avec|selon) le style(?: de| d['’])?|façon|in de stijl van",
        r"в стил[еяию]|в духе|w stylu",
    ],
    "noun": [
        r"(?:styles?|look|aesthetic|manner|vibes?) of|style:|estilo(?: de(?:l)?)?|estilo:",
        r"stil von|style(?: de| d['’])?|stile(?: di)?|stijl van",
    ],
    "as": [
        r"(?:inspired|influenced) by|reminiscent of",
        r"inspirad[oa]s? (?:en|por)|inspiriert von|inspirée?s? (?:de|par)|ispirat[oa] (?:a|da)",
    ],
    "by": [r"by|por|von|par|after|from|da|artist:|художник"],
    "like": [r"like|como|comme|wie(?: von)?|come"],
}
# What follows a name in scripts with spaces, at most one word between
AFTER = re.compile(
    r"(?:['’]s?)?[\s-]*(?:(?!(?:and|or|y|und|et)\b)[^\W\d_]+[\s-])?"
    r"(?:style[ds]?|stil[es]?|stijl|estilo|esque|ish|aesthetics?|inspired|vibes?|look)\b",
    re.IGNORECASE,
)
FOLLOWED = re.compile(
    r"(?:['’]s?)?[\s-]*(?:[\w'’]+[\s-]+){0,3}(?:style[ds]?|stil[es]?|stijl|estilo|esque|"
    r"aesthetics?|inspired|look)\b",
    re.IGNORECASE,
)
LED = re.compile(
    r"\b(?:styles? of|estilo|stil von|style|stile|stijl van|inspired by|inspirad[oa] (?:en|por)|"
    r"à la|в стиле)\s+(?:[\w'’-]+[\s,&]+){0,4}$",
    re.IGNORECASE,
)
GENITIVE = re.compile(r"['’]s?(?!\w)")
# What follows a name in scripts without spaces
AFTER_SIGNS = re.compile(
    r"\s*(?:工作室|監督|导演|老师)?(?:的|の|의)?\s*(?:动画|動畫|绘画|繪畫|艺术|藝術|アニメ|作品)?的?\s*"
    r"(?:风格|風格|画风|畫風|画風|绘风|作風|スタイル|タッチ|テイスト|っぽい|스타일|화풍|느낌|풍|"
    r"[风風](?![景光暴雨筝車车])|式|調)"
)
BEFORE_SIGNS = re.compile(r"(?:风格|風格|スタイル)[:：は]?\s*$|(?:模仿|仿|作者[:：]?|[由])\s*$")
IN = {"en": "in {}", "es": "en {}", "de": "im {}", "fr": "dans un {}"}


@dataclass(frozen=True)
class Phrase:
    """What a safer wording replaces, and how: `form` is in, noun, as, by, like, bare."""

    start: int
    end: int
    form: str
    is_style: bool

    @property
    def names_somebody(self) -> bool:
        """Whether a word too common to be a name alone is one here."""
        return self.is_style or self.form == "by"

    def put(self, wording: str, language: str) -> str:
        """The wording as it stands in place of this phrase."""
        if self.form in ("in", "by"):
            return IN.get(language, IN["en"]).format(wording)
        return wording


def phrase_around(text: str, start: int, end: int) -> Phrase:
    """The phrase of which a name is a part; the bare name where it is none."""
    form, begin = _before(text, start)
    after = AFTER_SIGNS.match(text, end) or AFTER.match(text, end)
    is_style = bool(
        after
        or form in ("in", "noun", "as")
        or BEFORE_SIGNS.search(text[max(start - REACH, 0) : start])
        or LED.search(text[max(start - REACH, 0) : start])
        or FOLLOWED.match(text, end, end + REACH)
    )
    # "by a Banksy-style painter": what follows says it, what leads up to it stays
    if after and form in ("by", "like"):
        form, begin = "bare", start
    tail = after or GENITIVE.match(text, end)
    return Phrase(begin, tail.end() if tail else end, form, is_style)


def _before(text: str, start: int) -> tuple[str, int]:
    before = text[max(start - REACH, 0) : start]
    for form, pattern in _BEFORE:
        found = pattern.search(before)
        if found:
            keeps = form in ("as", "like")
            return form, start if keeps else start - len(before) + found.start()
    return "bare", start


_BEFORE = [
    (form, re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})\s*{ROLE}$", re.IGNORECASE))
    for form, patterns in BEFORE.items()
]
