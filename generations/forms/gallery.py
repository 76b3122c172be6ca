"""Search and filters of the gallery, as they stand in its address.

A new filter is a field here, its words in `CHIPS`, and a condition in `selectors/gallery_filters`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.periods import PERIODS, days_of
from generations.models import Ratio
from generations.services.search_text import LONGEST_QUERY, search_words

POSSIBLE = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2999, 12, 31))]

Choices = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True)
class Chip:
    """A filter that is set, in words, and the query of the address without it."""

    words: str
    query: str


class GalleryForm(forms.Form):
    """Every field may be left out; what cannot be read is left out too, and named in `left_out`."""

    q = forms.CharField(max_length=LONGEST_QUERY, label=gettext_lazy("Search the prompts"))
    person = forms.ChoiceField(label=gettext_lazy("Person"))
    model = forms.ChoiceField(label=gettext_lazy("Model"))
    ratio = forms.ChoiceField(label=gettext_lazy("Shape"))
    when = forms.ChoiceField(label=gettext_lazy("Date"))
    since = forms.DateField(
        label=gettext_lazy("From day"), input_formats=["%Y-%m-%d"], validators=POSSIBLE
    )
    until = forms.DateField(
        label=gettext_lazy("To day"), input_formats=["%Y-%m-%d"], validators=POSSIBLE
    )
    cost_from = forms.DecimalField(label=gettext_lazy("Cost from ($)"), min_value=0, max_digits=14)
    cost_to = forms.DecimalField(label=gettext_lazy("Cost to ($)"), min_value=0, max_digits=14)
    transparent = forms.ChoiceField(label=gettext_lazy("Background"))
    collection = forms.ChoiceField(label=gettext_lazy("Collection"))
    project = forms.ChoiceField(label=gettext_lazy("Project"))
    favourite = forms.ChoiceField(label=gettext_lazy("Favourites"))

    def __init__(
        self,
        data: Any,
        *,
        people: Choices,
        models: Choices,
        collections: Choices = (),
        projects: Choices = (),
        viewer: int | None = None,
    ) -> None:
        super().__init__(data)
        self._viewer = viewer
        choices = {
            "person": people,
            "model": models,
            "ratio": Ratio.choices,
            "when": list(PERIODS.items()),
            "transparent": [("yes", gettext_lazy("Transparent"))],
            "collection": collections,
            "project": projects,
            "favourite": [("yes", gettext_lazy("My favourites"))],
        }
        for name, field in self.fields.items():
            field.required = False
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", field.label or ""), *choices[name]]
        self.full_clean()

    def narrowing(self) -> dict[str, Any]:
        """The fields of `GalleryFilters`."""
        said = self.cleaned_data
        first, last = self._days()
        return {
            "words": tuple(search_words(said.get("q", ""))),
            "person": int(said["person"]) if said.get("person") else None,
            "image_model": said.get("model", ""),
            "ratio": said.get("ratio", ""),
            "since": _midnight(first) if first else None,
            "until": _midnight(last + timedelta(days=1)) if last else None,
            "cost_from": said.get("cost_from"),
            "cost_to": said.get("cost_to"),
            "is_transparent": bool(said.get("transparent")),
            "collection": said.get("collection", ""),
            "project": said.get("project", ""),
            "favourite_of": self._viewer if said.get("favourite") else None,
        }

    @property
    def left_out(self) -> Sequence[str]:
        """The names of what could not be read, as people know them."""
        return [str(self.fields[name].label) for name in self.errors if name in self.fields]

    @property
    def query(self) -> str:
        """What is set, as it stands in an address; ends in "&" where anything is."""
        return self._query_without()

    @property
    def set_in_menu(self) -> int:
        """How many are set of those that the page keeps in a menu."""
        names = ("since", "until", "cost_from", "cost_to", "transparent")
        return sum(1 for name in names if self._is_set(name))

    def chips(self) -> Iterator[Chip]:
        for names, words in CHIPS:
            values = [self.cleaned_data.get(name) for name in names]
            if any(self._is_set(name) for name in names):
                yield Chip(words(self, *values), self._query_without(*names))

    def label_of(self, name: str) -> str:
        """The chosen one of a list, as people know it."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        choices: dict[str, Any] = dict(field.choices)  # type: ignore[arg-type]
        return str(choices[self.cleaned_data[name]])

    def _is_set(self, name: str) -> bool:
        return self.cleaned_data.get(name) not in (None, "")

    def _query_without(self, *names: str) -> str:
        left = [it for it in self.fields if it not in names and self._is_set(it)]
        query = urlencode([(name, str(self.cleaned_data[name])) for name in left])
        return query and f"{query}&"

    def _days(self) -> tuple[date | None, date | None]:
        """A named period, and within it the days that are given."""
        said = self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if not said.get("when"):
            return since, until
        first, last = days_of(said["when"], timezone.localdate())
        return max(first, since or first), min(last, until or last)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _days_in_words(_form: GalleryForm, since: date | None, until: date | None) -> str:
    first, last = (date_format(day, "DATE_FORMAT") if day else "" for day in (since, until))
    if since and until:
        return first if since == until else f"{first} – {last}"
    return _("Since %(day)s") % {"day": first} if since else _("Until %(day)s") % {"day": last}


def _costs_in_words(_form: GalleryForm, low: Decimal | None, high: Decimal | None) -> str:
    least, most = (f"${cost:f}" if cost is not None else "" for cost in (low, high))
    if low is not None and high is not None:
        return least if low == high else f"{least} – {most}"
    if low is not None:
        return _("%(amount)s and more") % {"amount": least}
    return _("Up to %(amount)s") % {"amount": most}


def _chosen(name: str) -> Callable[..., str]:
    return lambda form, _value: form.label_of(name)


CHIPS: Sequence[tuple[Sequence[str], Callable[..., str]]] = [
    (["q"], lambda _form, query: f"“{query}”"),
    (["person"], _chosen("person")),
    (["model"], _chosen("model")),
    (["ratio"], _chosen("ratio")),
    (["when"], _chosen("when")),
    (["since", "until"], _days_in_words),
    (["cost_from", "cost_to"], _costs_in_words),
    (["transparent"], _chosen("transparent")),
    (["collection"], _chosen("collection")),
    (["project"], _chosen("project")),
    (["favourite"], _chosen("favourite")),
]
