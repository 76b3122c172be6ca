"""Presets: a prompt and settings under a name, one's own or for the team."""

from typing import Any

from generations.models import ImageModel, Preset, Project
from generations.services.generation_settings import GenerationSettings


def create_preset(
    *,
    user: Any,
    name: str,
    is_team: bool,
    prompt: str,
    image_model: ImageModel,
    settings: GenerationSettings,
    project: Project | None = None,
) -> Preset:
    """Saves what stands in the composer; IntegrityError where the person has this name already."""
    return Preset.objects.create(
        owner=user,
        name=name,
        is_team=is_team,
        prompt=prompt,
        provider=image_model.provider,
        model=image_model.name,
        settings=settings.as_fields(),
        project=project,
    )


def change_preset(*, preset: Preset, name: str, is_team: bool) -> None:
    preset.name, preset.is_team = name, is_team
    preset.save(update_fields=["name", "is_team"])


def delete_preset(*, preset: Preset) -> None:
    preset.delete()
