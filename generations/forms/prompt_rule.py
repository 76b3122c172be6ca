"""An entry of the prompt check, as staff write it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.models import PromptRule
from generations.services.prompt_words.runs import runs_of

LISTS = ("spellings", "styled_spellings", "companions")
WORDING = re.compile(r"([a-z]{2})\s*[:：]\s*(\S.*)")
LABELS = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "level": gettext_lazy("Warning"),
    "is_enabled": gettext_lazy("On"),
    "spellings": gettext_lazy("Spellings"),
    "styled_spellings": gettext_lazy("Spellings beside a style word"),
    "companions": gettext_lazy("Only together with"),
    "is_fine_as_style": gettext_lazy("Fine as a style"),
    "safer_wordings": gettext_lazy("Safer wording"),
    "sentence": gettext_lazy("Sentence"),
    "died_on": gettext_lazy("Died on"),
    "note": gettext_lazy("Note"),
    "sources": gettext_lazy("Sources"),
    "checked_on": gettext_lazy("Looked up on"),
}
HELP = {
    "name": gettext_lazy("How this list calls it."),
    "level": gettext_lazy("“No warning” also silences other entries where its words cover theirs."),
    "spellings": gettext_lazy(
        "One on each line, in any language. Capitals, accents, hyphens and spaces do not matter."
    ),
    "styled_spellings": gettext_lazy(
        "Too common to count alone: they count after “in the style of”, “by” and the like."
    ),
    "companions": gettext_lazy("If there are any, one of them must stand in the prompt too."),
    "is_fine_as_style": gettext_lazy("No warning where a style is asked for: “Ghibli style”."),
    "safer_wordings": gettext_lazy(
        "A line for each language, “en: bright modern anime style”. English serves all others."
    ),
    "sentence": gettext_lazy("What people are told. Empty: the usual sentence of this kind."),
    "died_on": gettext_lazy("From this day on the name is no reason for a warning."),
    "sources": gettext_lazy("Where it is written that this is refused, or that the person lives."),
    "checked_on": gettext_lazy("The day on which somebody last looked it up."),
}
ROWS = {"safer_wordings": 7, "spellings": 8}


class PromptRuleForm(forms.ModelForm):
    class Meta:
        model = PromptRule
        fields = list(LABELS)
        labels = LABELS
        help_texts = HELP
        widgets = {
            name: forms.Textarea(attrs={"rows": ROWS.get(name, 3), "cols": 70, "dir": "auto"})
            for name in (*LISTS, "safer_wordings", "note", "sources")
        }

    def clean_spellings(self) -> str:
        return self._lines("spellings")

    def clean_styled_spellings(self) -> str:
        return self._lines("styled_spellings")

    def clean_companions(self) -> str:
        return self._lines("companions")

    def clean_safer_wordings(self) -> str:
        lines = _lines_of(self.cleaned_data["safer_wordings"])
        found = [WORDING.fullmatch(line) for line in lines]
        for line, match in zip(lines, found, strict=True):
            if match is None:
                fault = _("“%(line)s” names no language. Write it like “en: anime style”.")
                raise forms.ValidationError(fault, params={"line": line})
        wordings = {match[1]: match[2] for match in found if match}
        if wordings and "en" not in wordings:
            raise forms.ValidationError(_("Add a line in English: “en: anime style”."))
        return "\n".join(f"{code}: {text}" for code, text in wordings.items())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned["spellings"] and not cleaned["styled_spellings"]:
            self.add_error("spellings", _("Write at least one spelling."))
        return cleaned

    def _lines(self, name: str) -> str:
        lines = _lines_of(self.cleaned_data[name])
        for line in lines:
            runs = runs_of(line)
            letters = len(runs.signs) + sum(len(word) for word, _start, _end in runs.words)
            if letters < 2 or (runs.signs and runs.words):
                fault = _("“%(line)s” cannot be found: write two letters or more, in one script.")
                raise forms.ValidationError(fault, params={"line": line})
        return "\n".join(lines)


def _lines_of(text: str) -> list[str]:
    stripped = (line.strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in stripped if line))
