"""What the maker of a link decides, and what staff decide for all links."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.projects import WithProject
from generations.forms.shared import LONGEST_PASSWORD
from generations.models import ShareLink
from generations.services.share_links.limits import end_of, longest_days, usual_last_day
from generations.services.share_links.links import ShareSettings

SHORTEST_PASSWORD = 6
NOTE_LENGTH = 2000
# Nobody means a year that no calendar has
FURTHEST = timedelta(days=100 * 365)
SWITCHES = ("allow_download", "show_prompt", "show_author", "allow_review")


class ShareForm(WithProject):
    """Title, note, how long, what guests may; for a link that is there with what it has.

    `is_endless` wins over `until`. An empty password leaves the one that is there, unless
    `is_unprotected` takes it away.
    """

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Guests read it above the pictures."),
        error_messages={"max_length": gettext_lazy("Use 120 characters at most.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        error_messages={"max_length": gettext_lazy("Use 2,000 characters at most.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Open until"),
        required=False,
        error_messages={"invalid": gettext_lazy("Write the day as 2027-01-31.")},
    )
    is_endless = forms.BooleanField(required=False)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        max_length=LONGEST_PASSWORD,
        min_length=SHORTEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "min_length": gettext_lazy("Use six characters or more."),
            "max_length": gettext_lazy("Use 128 characters at most."),
        },
    )
    is_unprotected = forms.BooleanField(required=False)
    allow_download = forms.BooleanField(required=False)
    show_prompt = forms.BooleanField(required=False)
    show_author = forms.BooleanField(required=False)
    allow_review = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        link: ShareLink | None = None,
        title: str = "",
        project_id: Any = None,
    ) -> None:
        self.link, self.longest = link, longest_days()
        initial: dict[str, Any] = _as_it_is(link) if link else {"title": title}
        initial.setdefault("until", usual_last_day(self.longest))
        super().__init__(data, initial=initial)
        self.start_with(link.project_id if link else project_id)

    @property
    def last_day(self) -> date | None:
        """The last day that may be chosen, None without a limit."""
        if self.longest is None:
            return None
        return timezone.localdate() + timedelta(days=self.longest)

    def clean_note(self) -> str:
        return self.cleaned_data["note"].replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "until" not in self.errors and not self._is_as_it_was(cleaned):
            self._check_end(cleaned)
        return cleaned

    def settings(self) -> ShareSettings:
        data = self.cleaned_data
        return ShareSettings(
            title=data["title"],
            note=data["note"],
            expires_at=self._expires_at(),
            project_id=data["project"].pk if data["project"] else None,
            **{name: data[name] for name in SWITCHES},
        )

    def new_password(self) -> str | None:
        """None leaves the one that is there, empty takes it away."""
        typed: str = self.cleaned_data["password"]
        return "" if self.cleaned_data["is_unprotected"] and not typed else typed or None

    def _expires_at(self) -> Any:
        if self._is_as_it_was(self.cleaned_data):
            return self.link.expires_at if self.link else None
        return None if self.cleaned_data["is_endless"] else end_of(self.cleaned_data["until"])

    def _is_as_it_was(self, cleaned: dict[str, Any]) -> bool:
        """A link keeps an end that would not be allowed to a new one, until it is changed."""
        if self.link is None or self.link.is_over(timezone.now()):
            return False
        if cleaned["is_endless"] or self.link.expires_at is None:
            return bool(cleaned["is_endless"]) and self.link.expires_at is None
        return bool(cleaned.get("until") == self.link.open_until)

    def _check_end(self, cleaned: dict[str, Any]) -> None:
        until, last, today = cleaned.get("until"), self.last_day, timezone.localdate()
        if cleaned["is_endless"]:
            if last:
                self.add_error("until", self._too_long(last))
        elif until is None:
            self.add_error("until", _("Say until when the link is open."))
        elif until < today:
            self.add_error("until", _("That day is over. Choose today or a later one."))
        elif (last and until > last) or until > today + FURTHEST:
            self.add_error("until", self._too_long(last or today + FURTHEST))

    def _too_long(self, last: date) -> str:
        words = _("Links may be open until %(day)s. Choose that day or an earlier one.")
        return words % {"day": date_format(last)}


class LimitForm(forms.Form):
    """How many days links may be open; empty is without a limit."""

    longest_days = forms.IntegerField(
        label=gettext_lazy("Days"),
        required=False,
        min_value=1,
        max_value=3650,
        error_messages={
            "invalid": gettext_lazy("Write a whole number of days, or nothing."),
            "min_value": gettext_lazy("Write 1 or more, or nothing."),
            "max_value": gettext_lazy("Write 3650 or less, or nothing."),
        },
    )


def _as_it_is(link: ShareLink) -> dict[str, Any]:
    known: dict[str, Any] = {name: getattr(link, name) for name in ("title", "note", *SWITCHES)}
    known["is_endless"] = link.expires_at is None
    if link.expires_at is not None and not link.is_over(timezone.now()):
        known["until"] = link.open_until
    return known
