"""The composer: one form for a page, a fragment and a script."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings as project
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from generations.forms.choices import SettingChoices
from generations.forms.prices import ModelPrice, ModelPrices
from generations.forms.projects import ProjectChoices
from generations.forms.settings import GIF, check_settings
from generations.models import Generation, ImageModel, Project, ReferenceImage
from generations.services.generation_settings import GenerationSettings, settings_of

UNREADABLE = "\ufffd"
REFERENCE_GONE = gettext_lazy("A reference is not there any more. Add it again.")
SAID_AT_ONCE = ("references", "mask")
# What a person types and chooses, by the names of the fields
FIELDS = (
    "prompt",
    "model",
    "parent",
    "project",
    "free_width",
    "free_height",
    *GenerationSettings().as_fields(),
)


class ComposerForm(forms.Form):
    """What a person asks for; `references` and `masks` are stored pictures, given beside the data.

    Each mask stands under the id of its reference; that of the first is the one that is used.
    Valid: `image_model`, `settings` and `cleaned_data["prompt"]` are ready for submission.
    """

    prompt = forms.CharField(
        error_messages={
            "required": gettext_lazy("Describe the picture: the prompt is empty."),
            "null_characters_not_allowed": gettext_lazy(
                "The prompt holds an invisible character (NUL). Type the text afresh."
            ),
        }
    )
    submission_key = forms.CharField(
        max_length=64,
        error_messages={
            "required": gettext_lazy("The form came without its key. Send it again."),
            "max_length": gettext_lazy("The form’s key is damaged. Send it again."),
            "null_characters_not_allowed": gettext_lazy(
                "The form’s key is damaged. Send it again."
            ),
        },
    )

    def __init__(
        self,
        data: Any = None,
        *,
        image_models: Sequence[ImageModel],
        references: Sequence[ReferenceImage] = (),
        masks: Mapping[UUID | None, ReferenceImage] | None = None,
        initial: dict[str, Any] | None = None,
        projects: ProjectChoices | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.image_models = image_models
        self.references = list(references)
        self.reference_count = len(self.references)
        self.masks = masks or {}
        self.projects = projects or ProjectChoices()
        self.settings = GenerationSettings()
        # A form that was only asked for other settings says nothing about what is missing yet
        self.is_asked = True
        # A form that is shown afresh is a new submission
        self.fresh_key = uuid4().hex

    @property
    def raw(self) -> Any:
        """What was typed, or what the form starts with."""
        return self.data if self.is_bound else self.initial

    @property
    def image_model(self) -> ImageModel | None:
        """The chosen model, or the first where none of the list was chosen."""
        return self._named(self.raw.get("model")) or next(iter(self.image_models), None)

    @property
    def choices(self) -> SettingChoices | None:
        model = self.image_model
        return SettingChoices(self.raw, model) if model else None

    @property
    def mask(self) -> ReferenceImage | None:
        """What is to be repainted of the first reference; the masks of others rest."""
        return self.masks.get(self.references[0].id) if self.references else None

    @property
    def references_with_masks(self) -> list[tuple[ReferenceImage, ReferenceImage | None]]:
        return [(reference, self.masks.get(reference.id)) for reference in self.references]

    @property
    def project(self) -> Project | None:
        """What it is for, as chosen or as the person's composer starts."""
        return self.projects.named(self.raw)

    @property
    def chosen_project(self) -> str:
        return self.projects.chosen(self.raw)

    @property
    def count(self) -> int:
        """The number of pictures that the button names."""
        model = self.image_model
        return check_settings(self.raw, model)[0].count if model else 1

    @property
    def is_demo(self) -> bool:
        model = self.image_model
        return model is not None and project.PROVIDERS[model.provider].is_demo

    @property
    def has_several_providers(self) -> bool:
        return len({model.provider for model in self.image_models}) > 1

    @property
    def is_all_demo(self) -> bool:
        return all(project.PROVIDERS[model.provider].is_demo for model in self.image_models)

    def add_references(self, references: Sequence[ReferenceImage]) -> None:
        """Behind those that are there; each once."""
        known = {reference.id: reference for reference in [*self.references, *references]}
        self.references = list(known.values())
        self.reference_count = len(self.references)

    def lose_references(self, ids: Collection[UUID]) -> None:
        """Takes out those that are not there any more, and says so."""
        self.references = [it for it in self.references if it.id not in ids]
        self.reference_count = len(self.references)
        self.masks = {of: mask for of, mask in self.masks.items() if not {of, mask.id} & {*ids}}
        self.add_fault("references", str(REFERENCE_GONE))

    def faults(self, name: str) -> list[str]:
        """What has to change at a field; for uploads at once, else when it was submitted."""
        if not self.is_asked and name not in SAID_AT_ONCE:
            return []
        return [str(sentence) for sentence in self.errors.get(name, [])]

    def clean_prompt(self) -> str:
        prompt: str = self.cleaned_data["prompt"].replace("\r\n", "\n")
        if UNREADABLE in prompt:
            raise forms.ValidationError(
                _("The prompt holds characters that could not be read (�). Type them afresh.")
            )
        return prompt

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if fault := self.projects.fault(self.raw):
            self.add_fault("project", fault)
        model = self._named(self.raw.get("model"))
        if model is None:
            self.add_fault("model", _model_fault(str(self.raw.get("model") or "")))
            return cleaned
        self._check_length(cleaned.get("prompt", ""), model)
        self._check_settings(model)
        self._check_references(model)
        return cleaned

    def _named(self, name: Any) -> ImageModel | None:
        return next((model for model in self.image_models if str(model) == str(name)), None)

    def _check_length(self, prompt: str, model: ImageModel) -> None:
        over = len(prompt) - model.prompt_limit
        if over > 0:
            sentence = ngettext(
                "The prompt is %(over)s character too long: %(model)s takes %(limit)s.",
                "The prompt is %(over)s characters too long: %(model)s takes %(limit)s.",
                over,
            )
            limit = number_format(model.prompt_limit, force_grouping=True)
            shown = number_format(over, force_grouping=True)
            self.add_fault(
                "prompt", sentence % {"over": shown, "model": model.name, "limit": limit}
            )

    def _check_settings(self, model: ImageModel) -> None:
        self.settings, faults = check_settings(
            self.raw, model, reference_count=len(self.references)
        )
        for name, sentence in faults.items():
            self.add_fault(name, sentence)
        if not faults and not project.MODELS_WITHOUT_PRICE and self.price() is None:
            self.add_fault(
                "model",
                _("Nobody has entered a price for this model. Choose another, or ask your staff."),
            )

    def _check_references(self, model: ImageModel) -> None:
        over = len(self.references) - model.max_references
        if over > 0:
            self.add_fault("references", _too_many_references(model, len(self.references)))
        if self.mask is None:
            return
        if not model.takes_mask:
            sentence = _("%(model)s takes no mask. Remove it, or choose another model.")
            self.add_fault("mask", sentence % {"model": model.name})
        elif self.settings.output_format == GIF:
            self.add_fault("mask", _("GIF comes without a mask: choose another format."))

    def price(self) -> Decimal | None:
        """The estimate for what is chosen (USD), or None where there is no price."""
        model = self.image_model
        return self._price_of(model).amount if model else None

    def prices(self) -> list[ModelPrice]:
        """What each model would cost with what is chosen, as far as it takes it."""
        return [self._price_of(model) for model in self.image_models]

    def partial_price(self) -> Decimal | None:
        """What each partial picture adds (USD), or None where there is no price."""
        model = self.image_model
        return self._price_lists.partial_picture(model) if model else None

    def _price_of(self, model: ImageModel) -> ModelPrice:
        return self._price_lists.price(model, self.raw, reference_count=self.reference_count)

    @cached_property
    def _price_lists(self) -> ModelPrices:
        return ModelPrices(self.image_models)

    def check_start(self) -> None:
        """Says why the model or project that the form was to start with is not the chosen one."""
        if self.raw.get("project") and self.project is None:
            self.add_fault("project", self.projects.fault(self.raw))
        asked = str(self.raw.get("model") or "")
        if asked and self._named(asked) is None:
            self.add_fault("model", _model_fault(asked))

    def add_fault(self, name: str, sentence: str) -> None:
        """`add_error` for fields that this form draws by itself."""
        self.errors.setdefault(name, self.error_class()).append(sentence)


def initial_from(generation: Generation) -> dict[str, Any]:
    """Everything that an earlier generation asked for, as the start of a new one."""
    return settings_of(generation).as_fields() | {
        "prompt": generation.prompt,
        "model": generation.image_model,
        "parent": str(generation.id),
        # Where it had none, the composer starts as it always does
        "project": str(generation.project_id) if generation.project_id else None,
    }


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _model_fault(name: str) -> str:
    provider, _slash, rest = name.replace("\0", "").partition("/")
    model = ImageModel.objects.filter(provider=provider, name=rest).first()
    if model is None:
        return _("This model is not known here. Choose one from the list.")
    if model.has_ended(timezone.localdate()) and not model.is_kept_after_end:
        return _("%(model)s has ended at its provider. Choose another model.") % {"model": rest}
    if provider not in project.PROVIDERS:
        return _("There is no key for %(provider)s here. Choose another model.") % {
            "provider": provider
        }
    return _("%(model)s is switched off. Choose another model.") % {"model": rest}


def _too_many_references(model: ImageModel, count: int) -> str:
    if not model.max_references:
        return _("%(model)s takes no references. Remove them, or choose another model.") % {
            "model": model.name
        }
    over = count - model.max_references
    sentence = ngettext(
        "%(model)s takes %(most)d references at most: remove %(over)d.",
        "%(model)s takes %(most)d references at most: remove %(over)d.",
        over,
    )
    return sentence % {"model": model.name, "most": model.max_references, "over": over}
