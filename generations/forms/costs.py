"""What a costs page looks at, as it stands in its address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.validators import MinValueValidator
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.periods import DAY, Days, days_of
from generations.messages import MESSAGES
from generations.services.spend.days import month_end, today

Choices = Sequence[tuple[str, str | Promise]]


def not_far(day: date) -> None:
    """A period has a bar for each of its months: a thousand years would be a long page."""
    year = today().year + 2
    if day.year >= year:
        raise forms.ValidationError(_("Choose a day before the year %(year)d.") % {"year": year})


POSSIBLE: Sequence[Callable[[Any], None]] = [
    MinValueValidator(date(2000, 1, 1), gettext_lazy("Choose a day after the year 1999.")),
    not_far,
]
NO_DAY = {"invalid": gettext_lazy("Write the day as year-month-day, like 2026-11-21.")}
UNKNOWN = {"invalid_choice": gettext_lazy("There is nothing by this name. Choose one of the list.")}

PERIODS: dict[str, str | Promise] = {
    "month": gettext_lazy("This month"),
    "last-month": gettext_lazy("Last month"),
    "7-days": gettext_lazy("7 days"),
    "30-days": gettext_lazy("30 days"),
    "90-days": gettext_lazy("90 days"),
}
STACKS: dict[str, str | Promise] = {
    "outcome": gettext_lazy("Outcome"),
    "model": gettext_lazy("Model"),
    "person": gettext_lazy("Person"),
    "project": gettext_lazy("Project"),
}
OUTCOMES: dict[str, str | Promise] = {
    "pictures": gettext_lazy("With a picture"),
    "nothing": gettext_lazy("Bought nothing"),
    "unconfirmed": gettext_lazy("Unconfirmed"),
    "under-way": gettext_lazy("Under way"),
    "unpriced": gettext_lazy("Cost unknown"),
}
# What is added up only where it is asked for, or quick
SHOWN: dict[str, str | Promise] = {"collections": gettext_lazy("By collection")}
MONEY: dict[str, str | Promise] = {"demo": gettext_lazy("Demo")}
NARROWING = ("person", "model", "project")


class CostsForm(forms.Form):
    """Everything may be left out. A first or last day takes the place of a named period."""

    period = forms.ChoiceField(choices=list(PERIODS.items()), error_messages=UNKNOWN)
    since = forms.DateField(
        label=gettext_lazy("From day"),
        input_formats=["%Y-%m-%d"],
        validators=POSSIBLE,
        error_messages=NO_DAY,
    )
    until = forms.DateField(
        label=gettext_lazy("To day"),
        input_formats=["%Y-%m-%d"],
        validators=POSSIBLE,
        error_messages=NO_DAY,
    )
    by = forms.ChoiceField(choices=list(STACKS.items()), error_messages=UNKNOWN)
    money = forms.ChoiceField(choices=list(MONEY.items()), error_messages=UNKNOWN)
    show = forms.ChoiceField(choices=list(SHOWN.items()), error_messages=UNKNOWN)
    person = forms.ChoiceField(label=gettext_lazy("Person"), error_messages=UNKNOWN)
    model = forms.ChoiceField(label=gettext_lazy("Model"), error_messages=UNKNOWN)
    project = forms.ChoiceField(label=gettext_lazy("Project"), error_messages=UNKNOWN)
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), error_messages=UNKNOWN)
    collection = forms.ChoiceField(label=gettext_lazy("Collection"), error_messages=UNKNOWN)

    def __init__(
        self,
        data: Any,
        *,
        today: date,
        choices: dict[str, Choices],
        person: int | None = None,
    ) -> None:
        """What has no `choices` of outcome and collection does not ask for them.

        `person` is whose costs alone are looked at.
        """
        super().__init__(data)
        self.today, self._person = today, person
        for name, field in self.fields.items():
            field.required = False
            if name in choices:
                field.choices = [("", _("All")), *choices[name]]  # type: ignore[attr-defined]
        unasked = {"outcome", "collection"} - choices.keys()
        for name in unasked | ({"person"} if person is not None else set()):
            del self.fields[name]
        self.full_clean()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first. Choose a later one."))
        return said

    def narrowing(self) -> dict[str, Any]:
        """The fields of `Scope`."""
        first, last = self.days
        person = self._said("person")
        return {
            "first": first,
            "last": last,
            "is_demo": self._said("money") == "demo",
            "person": self._person or (int(person) if person else None),
            "model": self._said("model"),
            "project": self._said("project"),
        }

    def choosing(self) -> dict[str, Any]:
        """The fields of `Selection` beside its scope."""
        collection = self._said("collection")
        return {
            "outcome": "" if collection else self._said("outcome"),
            "collection": UUID(collection) if collection else None,
        }

    @property
    def days(self) -> Days:
        """The first and the last day, both included."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if not since and not until:
            return self._days_of_period()
        last = until or max(self.today, since or self.today)
        return since or last.replace(day=1), last

    @property
    def named_period(self) -> str:
        """The named period; empty where days are given."""
        if self.cleaned_data.get("since") or self.cleaned_data.get("until"):
            return ""
        return self._said("period") or "month"

    @property
    def stacked_by(self) -> str:
        return self._said("by") or "outcome"

    @property
    def shows_collections(self) -> bool:
        return self._said("show") == "collections"

    @property
    def is_month(self) -> bool:
        """Exactly a month of the calendar."""
        first, last = self.days
        return first.day == 1 and last == month_end(first)

    @property
    def earlier(self) -> Days:
        """The period before this one, of the same length."""
        first, last = self.days
        end = first - DAY
        return (end.replace(day=1) if self.is_month else end - (last - first)), end

    @property
    def later(self) -> Days | None:
        """The period after this one; None where it has not begun."""
        first, last = self.days
        start = last + DAY
        if start > self.today:
            return None
        return start, (month_end(start) if self.is_month else start + (last - first))

    def query(self, **changes: Any) -> str:
        """What is set, with changes, as the query of an address; None and empty are left out."""
        if changes.keys() & {"since", "until"}:
            changes.setdefault("period", None)
        elif "period" in changes:
            changes |= {"since": None, "until": None}
        return self._as_set(changes)

    def generations_query(self, **changes: Any) -> str:
        """The same for the list of generations: the days are written out, so that it stays."""
        return self._as_list(changes)

    @cached_property
    def _as_set(self) -> "_Query":
        return _Query({name: self.cleaned_data.get(name) for name in self.fields})

    @cached_property
    def _as_list(self) -> "_Query":
        first, last = self.days
        values = {name: self.cleaned_data.get(name) for name in self.fields}
        values |= {"since": first, "until": last, "period": None, "by": None, "show": None}
        return _Query(values)

    @property
    def day_fields(self) -> list[dict[str, Any]]:
        """The two fields of any days, with what was typed or is looked at."""
        return [self._shown(name) for name in ("since", "until")]

    @property
    def list_fields(self) -> list[dict[str, Any]]:
        """Everything that the list of generations asks for."""
        names = ("since", "until", "person", "model", "project", "outcome", "collection")
        return [self._shown(name) for name in names if name in self.fields]

    @property
    def kept_for_days(self) -> list[tuple[str, str]]:
        return self._kept("since", "until", "period")

    @property
    def kept_for_list(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self._kept() if name == "money"]

    def chips(self) -> list[tuple[str, str]]:
        """What the page is narrowed to, in words, and the query without it."""
        return [
            (f"{self.fields[name].label}: {self.label_of(name)}", self.query(**{name: None}))
            for name in NARROWING
            if name in self.fields and self._said(name)
        ]

    def label_of(self, name: str) -> str:
        """The chosen one of a list, as people know it."""
        field: Any = self.fields[name]
        return str(dict(field.choices)[self._said(name)])

    def _kept(self, *but: str) -> list[tuple[str, str]]:
        """What is set, as hidden fields of a form that asks for some of it anew."""
        values = [(name, self.cleaned_data.get(name)) for name in self.fields if name not in but]
        return [(name, str(value)) for name, value in values if value]

    def _shown(self, name: str) -> dict[str, Any]:
        """A field for a template; a day that nobody typed is that of the period."""
        field, is_day = self[name], name in ("since", "until")
        typed = self.data.get(name, "")
        if is_day and not typed:
            typed = self.days[name == "until"].isoformat()
        return {
            "name": name,
            "label": field.label,
            "auto_id": field.auto_id,
            "errors": field.errors,
            "shown": typed,
            "is_day": is_day,
            "choices": getattr(self.fields[name], "choices", ()),
        }

    def _said(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    def _days_of_period(self) -> Days:
        first, last = days_of(self._said("period") or "month", self.today)
        # The days to come are shown as well
        return first, month_end(first) if self.named_period == "month" else last


def outcomes_to_choose(asked: str = "") -> Choices:
    """With a picture or without, and every reason why there is none.

    What is unconfirmed for one reason is a choice only where a link `asked` for it.
    """
    outcomes = [*OUTCOMES.items(), *((code, message.title) for code, message in MESSAGES.items())]
    state, _sign, code = asked.partition(":")
    if state == "unconfirmed" and code in MESSAGES:
        outcomes.append((asked, f"{OUTCOMES[state]}: {MESSAGES[code].title}"))
    return outcomes


class _Query:
    """The query of an address, with changes: a page asks for hundreds, with few kinds of them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._starts: dict[frozenset[str], str] = {}

    def __call__(self, changes: Mapping[str, Any]) -> str:
        names = frozenset(changes)
        if names not in self._starts:
            kept = [(name, it) for name, it in self._values.items() if name not in names]
            self._starts[names] = _encoded(kept)
        return "&".join(filter(None, [self._starts[names], _encoded(changes.items())]))


def _encoded(values: Iterable[tuple[str, Any]]) -> str:
    return urlencode([(name, str(value)) for name, value in values if value])
