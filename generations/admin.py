"""The staff's lists: models and prices to keep, and the record of what happened to read."""

import re
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from generations.admin_words import say_them
from generations.forms.prompt_rule import PromptRuleForm
from generations.models import (
    Attempt,
    Generation,
    ImageModel,
    LedgerEntry,
    PriceListItem,
    PromptRule,
)
from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.amounts import money

WORD = re.compile(r"[a-z0-9][a-z0-9._-]{0,19}")
FORMAT = re.compile(r"png|jpeg|webp|gif")
SIZE = re.compile(r"auto|[1-9]\d{1,4}x[1-9]\d{1,4}")

# What the product does not use or has pages of its own for
admin.site.unregister(
    [Group, User, EmailAddress, UserSession, Authenticator, SocialAccount, SocialApp, SocialToken]
)
say_them()


class CodeFilter(admin.AllValuesFieldListFilter):
    """Attempts that went well have no code: their link has words, too."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("no code")}


class RowForm(forms.ModelForm):
    """A row of a list that is changed in place: its fields say aloud which row they are of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"


class StaffAdmin(admin.ModelAdmin):
    """Every member of the staff may read and keep what is here; nothing is ever deleted.

    What they add and change goes into the audit log, as `added` and `changed` call it.
    """

    added: Action
    changed: Action

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=RowForm, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_staff

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and not form.changed_data:
            return
        audit.record(
            actor=request.user,
            action=self.changed if change else self.added,
            subject=audit.about(obj),
            details=self.audit_details(obj, form, change),
        )

    def audit_details(self, obj: Any, form: Any, change: bool) -> dict[str, Any]:
        """What changed, before and after."""
        if not change:
            return {}
        return {
            name: [_one_line(form.initial.get(name)), _one_line(getattr(obj, name))]
            for name in form.changed_data
        }


class RecordAdmin(StaffAdmin):
    """Rows that the product writes: to be read, not to be touched."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _one_line(value: Any) -> Any:
    """Lists and long texts as people read them in a log."""
    return ", ".join(value) if isinstance(value, list) else value


class WordsField(forms.CharField):
    """A list of words, written with spaces between them."""

    def __init__(self, *, pattern: re.Pattern[str], fault: Any, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=400, **kwargs)
        self.pattern, self.fault = pattern, fault
        self.widget.attrs["size"] = 60

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        words = list(dict.fromkeys(super().clean(value).lower().replace(",", " ").split()))
        for word in words:
            if not self.pattern.fullmatch(word):
                raise ValidationError(self.fault, params={"word": word})
        return words

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != str(data or "").split()


def _words(label: Any) -> WordsField:
    return WordsField(
        label=label,
        pattern=WORD,
        fault=_("“%(word)s” is no word of the API. Write words like low medium high."),
        help_text=_("The API's words with spaces between them; empty: not taken, not shown."),
    )


class ImageModelForm(forms.ModelForm):
    sizes = WordsField(
        label=_("Sizes"),
        pattern=SIZE,
        fault=_("“%(word)s” is no size. Write sizes like auto 1024x1024 1536x1024."),
        help_text=_("Width x height in pixels, with spaces between them: auto 1024x1024."),
    )
    qualities = _words(_("Qualities"))
    backgrounds = _words(_("Backgrounds"))
    output_formats = WordsField(
        label=_("Output formats"),
        pattern=FORMAT,
        fault=_("“%(word)s” cannot be kept here. Write formats like png jpeg webp gif."),
        help_text=_("Formats that the gallery keeps: png jpeg webp gif; empty: not taken."),
    )
    moderations = _words(_("Moderations"))
    input_fidelities = _words(_("Input fidelities"))
    complexities = _words(_("Complexities"))


@admin.register(ImageModel)
class ImageModelAdmin(StaffAdmin):
    form = ImageModelForm
    added, changed = Action.MODEL_ADDED, Action.MODEL_CHANGED
    list_display = ["name", "provider", "label", "route", "is_enabled", "end", "charges_failures"]
    list_filter = ["provider", "route", "is_enabled", "charges_failures"]
    list_editable = ["is_enabled"]
    search_fields = ["name", "label", "provider"]
    fieldsets = [
        (None, {"fields": ["provider", "name", "label", "route", "position"]}),
        (_("On or off"), {"fields": ["is_enabled", "ends_on", "is_kept_after_end"]}),
        (
            _("What it takes"),
            {
                "fields": [
                    "sizes",
                    "takes_free_size",
                    "qualities",
                    "backgrounds",
                    "output_formats",
                    "takes_compression",
                    "moderations",
                    "input_fidelities",
                    "complexities",
                    "takes_mask",
                    "max_partial_images",
                    "max_references",
                    "max_count",
                    "prompt_limit",
                ]
            },
        ),
        (_("Money"), {"fields": ["charges_failures"]}),
    ]

    @admin.display(description=_("Ends on"), ordering="ends_on")
    def end(self, image_model: ImageModel) -> str:
        if not image_model.has_ended(timezone.localdate()):
            return str(image_model.ends_on or "–")
        kept = _("ended, still offered") if image_model.is_kept_after_end else _("ended, off")
        return f"{image_model.ends_on} ({kept})"


@admin.register(PriceListItem)
class PriceListItemAdmin(StaffAdmin):
    """Read here; entered on the page of prices, by its rules, and never edited."""

    list_display = ["model", "provider", "unit", "size", "quality", "price", "effective_from"]
    list_filter = ["provider", "unit", "effective_from"]
    search_fields = ["model", "provider", "source"]
    date_hierarchy = "effective_from"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("Price"), ordering="unit_price")
    def price(self, item: PriceListItem) -> str:
        return money(item.unit_price)


@admin.register(PromptRule)
class PromptRuleAdmin(StaffAdmin):
    """What the prompt check warns at: added, changed, switched off, and never deleted."""

    form = PromptRuleForm
    added, changed = Action.RULE_ADDED, Action.RULE_CHANGED
    list_display = ["name", "kind", "warning", "is_enabled", "died_on", "checked_on"]
    list_editable = ["is_enabled"]
    list_filter = ["kind", "level", "is_enabled", "checked_on"]
    search_fields = ["name", "spellings", "styled_spellings", "note"]

    @admin.display(description=_("Warning"), ordering="level")
    def warning(self, rule: PromptRule) -> str:
        return str(PromptRule.Level(rule.level_on(timezone.localdate())).label)


@admin.register(Generation)
class GenerationAdmin(RecordAdmin):
    list_display = ["created_at", "requested_by", "status", "image_model", "count", "start", "page"]
    list_filter = ["status", "is_demo", "provider", "model", "created_at"]
    list_select_related = ["requested_by"]
    search_fields = ["id", "prompt", "requested_by__username"]
    ordering = ["-created_at"]

    @admin.display(description=_("Prompt"))
    def start(self, generation: Generation) -> str:
        return generation.prompt[:80]

    @admin.display(description=_("Page"))
    def page(self, generation: Generation) -> str:
        return _link_to(generation.pk)


@admin.register(Attempt)
class AttemptAdmin(RecordAdmin):
    list_display = ["created_at", "requested_by", "status", "code", "charged", "spent", "page"]
    list_filter = ["status", "charged", ("code", CodeFilter), "provider", "created_at"]
    list_select_related = ["requested_by"]
    search_fields = ["id", "generation__id", "provider_request_id", "requested_by__username"]
    ordering = ["-created_at"]

    @admin.display(description=_("Cost"), ordering="cost")
    def spent(self, attempt: Attempt) -> str:
        return money(attempt.cost) if attempt.is_finished else "–"

    @admin.display(description=_("Page"))
    def page(self, attempt: Attempt) -> str:
        return _link_to(attempt.generation_id)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(RecordAdmin):
    list_display = ["created_at", "kind", "money", "is_demo", "person", "reason", "page"]
    list_filter = ["kind", "is_demo", "created_at"]
    search_fields = ["attempt__id", "attempt__generation__id", "reason"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return super().get_queryset(request).select_related("attempt__requested_by")

    @admin.display(description=_("Amount"), ordering="amount")
    def money(self, entry: LedgerEntry) -> str:
        return money(entry.amount)

    @admin.display(description=_("Person"))
    def person(self, entry: LedgerEntry) -> str:
        return str(entry.attempt.requested_by)

    @admin.display(description=_("Page"))
    def page(self, entry: LedgerEntry) -> str:
        return _link_to(entry.attempt.generation_id)


def _link_to(generation_id: Any) -> str:
    address = reverse("generation", args=[generation_id])
    return format_html('<a href="{}">{}</a>', address, _("Generation"))
