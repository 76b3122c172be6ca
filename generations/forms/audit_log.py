"""Search and filters of the audit log, as they stand in its address."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from generations.models.audit_actions import GROUPS
from generations.services.search_text import LONGEST_QUERY, search_words

POSSIBLE = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
# A person that nobody is: failed sign-ins, and what Proofsheet does by itself
NOBODY = "nobody"
DAY = timedelta(days=1)
ANYBODY = ("", _("Anybody"))
ANYTHING = ("", _("Anything"))
ACTIONS = [(words, [(it.value, it.label) for it in actions]) for words, actions in GROUPS]


class AuditLogForm(forms.Form):
    """Every field may be left out; what cannot be read is left out too, and named in `left_out`."""

    q = forms.CharField(required=False, max_length=LONGEST_QUERY, label=_("Search the log"))
    person = forms.ChoiceField(required=False, label=_("Person"))
    action = forms.ChoiceField(required=False, label=_("Action"), choices=[ANYTHING, *ACTIONS])
    since = forms.DateField(
        required=False, label=_("From day"), input_formats=["%Y-%m-%d"], validators=POSSIBLE
    )
    until = forms.DateField(
        required=False, label=_("To day"), input_formats=["%Y-%m-%d"], validators=POSSIBLE
    )

    def __init__(self, data: Any, *, people: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        choices = [ANYBODY, *people, (NOBODY, _("Nobody known, or Proofsheet itself"))]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]
        self.full_clean()

    def narrowing(self) -> dict[str, Any]:
        """The fields of `AuditFilters`."""
        said = self.cleaned_data
        since, until, person = said.get("since"), said.get("until"), said.get("person", "")
        return {
            "words": search_words(said.get("q", "")),
            "actor": int(person) if person.isdigit() else None,
            "is_nobody": person == NOBODY,
            "action": said.get("action", ""),
            "since": _midnight(since) if since else None,
            "until": _midnight(until + DAY) if until else None,
        }

    @property
    def left_out(self) -> Sequence[str]:
        """The names of what could not be read, as people know them."""
        return [str(self.fields[name].label) for name in self.errors if name in self.fields]

    @property
    def query(self) -> str:
        """What is set, as it stands in an address."""
        values = [(name, self.cleaned_data.get(name)) for name in self.fields]
        return urlencode([(name, str(value)) for name, value in values if value])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
