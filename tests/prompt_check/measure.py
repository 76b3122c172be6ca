"""Measures the prompt check on the 200 prompts, with the first list as it is delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from generations.migrations._prompt_list import first_list
from generations.models import PromptRule
from generations.services.prompt_check import Finding, Rules, check_prompt, compile_rules
from tests.prompt_check.prompts import HARMLESS, NAMED

DAY = date(2026, 11, 22)
HALVES = {"tuned": 0, "held out": 1}


@dataclass(frozen=True)
class Score:
    """How the check did on some prompts.

    `missed` are prompts whose words got no clear warning; `wrong` are clear warnings at harmless
    prompts, `soft` soft ones.
    """

    named: int
    harmless: int
    missed: Sequence[str]
    wrong: Sequence[str]
    soft: Sequence[str]

    @property
    def found(self) -> int:
        return self.named - len(self.missed)

    @property
    def recall(self) -> float:
        return self.found / self.named

    @property
    def precision(self) -> float:
        """Of the prompts that were clearly warned at, how many deserved it."""
        return self.found / (self.found + len(self.wrong))

    @property
    def any_precision(self) -> float:
        """The same with soft warnings at harmless prompts counted as wrong too."""
        return self.found / (self.found + len(self.wrong) + len(self.soft))


def first_rules() -> Rules:
    return compile_rules([PromptRule(**row) for row in first_list()], DAY)


def score(half: str, rules: Rules) -> Score:
    named, harmless = NAMED[HALVES[half] :: 2], HARMLESS[HALVES[half] :: 2]
    findings = {prompt: check_prompt(prompt, rules) for prompt in harmless}
    return Score(
        named=len(named),
        harmless=len(harmless),
        missed=[prompt for prompt, words in named if not _is_found(prompt, words, rules)],
        wrong=[prompt for prompt in harmless if any(one.is_clear for one in findings[prompt])],
        soft=[prompt for prompt in harmless if _is_only_soft(findings[prompt])],
    )


def _is_found(prompt: str, words: str, rules: Rules) -> bool:
    """Whether a clear warning points at the words, not just anywhere."""
    start = prompt.index(words)
    return any(
        one.is_clear and one.start < start + len(words) and start < one.end
        for one in check_prompt(prompt, rules)
    )


def _is_only_soft(findings: Sequence[Finding]) -> bool:
    return bool(findings) and not any(one.is_clear for one in findings)
