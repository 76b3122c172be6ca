"""Prompts as a team may have written them over years, the same ones in each run.

Some words are common, a few are rare, and one was common years ago.
"""

from itertools import accumulate
from random import Random

COMMON, RARE, ONCE, ABSENT = "light", "kestrel", "carnival", "zeppelin"
COMMON_PAIR, RARE_PAIR, ABSENT_PAIR = "ig", "凤凰", "qx"
EVERY_SO_MANY = 20_000
SYLLABLES = [
    a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en", "ist")
]
COMMON_WORDS = [COMMON, "a", "of", "the", "with", "soft", "red", "portrait", "mountain", "paper"]


class Prompts:
    def __init__(self) -> None:
        self._random = Random(4)
        words = [self._word() for _ in range(9000)]
        self._words = COMMON_WORDS + words
        self._weights = list(accumulate(1 / (rank + 8) for rank in range(len(self._words))))

    def next(self, number: int, *, is_long_ago: bool) -> str:
        """About 160 characters."""
        words = self._random.choices(self._words, cum_weights=self._weights, k=24)
        if is_long_ago and number % 3 == 0:
            words.append(ONCE)
        if number % EVERY_SO_MANY == EVERY_SO_MANY // 2:
            words += [RARE, RARE_PAIR]
        if number % 10 == 0:
            words.append("红色的风筝在海上")
        return " ".join(words)

    def _word(self) -> str:
        return "".join(self._random.choices(SYLLABLES, k=self._random.randint(1, 4)))
