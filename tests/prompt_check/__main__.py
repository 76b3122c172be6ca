"""`python -m tests.prompt_check`: precision and recall of the prompt check, and how long it takes.

`--all` shows the mistakes of the held-out half too; without it only those of the tuned half.
"""

import statistics
import sys
import time

import django

from tests.support import environment

environment.prepare()
django.setup()

from generations.services.prompt_check import Rules, check_prompt  # noqa: E402
from tests.prompt_check.measure import HALVES, Score, first_rules, score  # noqa: E402
from tests.prompt_check.prompts import HARMLESS, NAMED  # noqa: E402

LONGEST = 32_000


def main() -> None:
    rules = first_rules()
    for half in HALVES:
        _say(half, score(half, rules), with_mistakes=half == "tuned" or "--all" in sys.argv)
    _say_times(rules)


def _say(half: str, result: Score, *, with_mistakes: bool) -> None:
    say(
        f"{half}: {result.named} named, {result.harmless} harmless · "
        f"precision {result.precision:.1%} ({result.any_precision:.1%} with soft warnings) · "
        f"recall {result.recall:.1%}"
    )
    for word in ("missed", "wrong", "soft") if with_mistakes else ():
        for prompt in getattr(result, word):
            say(f"  {word}: {prompt}")


def _say_times(rules: Rules) -> None:
    everything = [prompt for prompt, _words in NAMED] + HARMLESS
    mixed = "\n".join(everything)
    english = " ".join(prompt for prompt in HARMLESS[:44])
    chinese = "海边小镇的夏天，明亮的天空和云，孩子们在放风筝。"
    texts = {
        "all 200 prompts, one after the other": mixed,
        "English": english,
        "Chinese": chinese,
        "one name again and again": "Hayao Miyazaki ",
        "halfwidth kana": "ﾐﾔｻﾞｷ ",
    }
    for name, text in texts.items():
        long = (text * (LONGEST // len(text) + 1))[:LONGEST]
        say(f"{LONGEST:,} characters, {name}: {_milliseconds(long, rules):.1f} ms")
    short = statistics.mean(_milliseconds(prompt, rules) for prompt in everything)
    say(f"one of the 200 prompts: {short:.2f} ms")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _milliseconds(prompt: str, rules: Rules) -> float:
    """Of the processor's time, the best of five."""
    times = []
    for _ in range(5):
        began = time.process_time()
        check_prompt(prompt, rules)
        times.append((time.process_time() - began) * 1000)
    return min(times)


if __name__ == "__main__":
    main()
