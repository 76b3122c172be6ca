"""The forms of presets: a name for what stands in the composer, a new name for what is kept."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.composer import ComposerForm
from generations.forms.settings import check_settings
from generations.models import ImageModel, Preset
from generations.services.generation_settings import GenerationSettings


class PresetNameForm(forms.Form):
    """A name, and whether the team may use it; the name must be new among the owner's."""

    name = forms.CharField(
        max_length=80,
        label=gettext_lazy("Name"),
        error_messages={
            "required": gettext_lazy("Give it a name."),
            "max_length": gettext_lazy("Use 80 characters at most."),
        },
    )
    is_team = forms.BooleanField(required=False)

    taken = gettext_lazy("There is a preset of this name already. Choose another name.")

    def __init__(self, data: Any = None, *, owner: Any, preset: Preset | None = None) -> None:
        initial = {"name": preset.name, "is_team": preset.is_team} if preset else {}
        super().__init__(data, initial=initial, auto_id=f"{preset.id if preset else 'new'}-%s")
        self.owner = owner
        self.preset = preset

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Preset.objects.filter(owner=self.owner, name=name)
        if self.preset:
            others = others.exclude(pk=self.preset.pk)
        if others.exists():
            raise forms.ValidationError(self.taken)
        return name


class NewPresetForm(PresetNameForm):
    """Valid: `image_model` and `settings` are what stands in the composer, beside the prompt."""

    prompt = forms.CharField(required=False, strip=False)

    def __init__(self, data: Any, *, owner: Any, composer: ComposerForm) -> None:
        super().__init__(data, owner=owner)
        self.composer = composer
        self.settings = GenerationSettings()

    @property
    def image_model(self) -> ImageModel:
        return cast(ImageModel, self.composer.image_model)

    def clean(self) -> dict[str, Any]:
        if self.composer.image_model is None:
            raise forms.ValidationError(_("No image model can be used here yet."))
        references = len(cast(QueryDict, self.data).getlist("kept_references"))
        self.settings, faults = check_settings(
            self.data, self.image_model, reference_count=references
        )
        for sentence in faults.values():
            self.add_error(None, sentence)
        return super().clean() or {}
