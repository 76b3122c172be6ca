"""The settings of an Images API request (provider-facts 1.2): only those that are set."""

from typing import Any

from generations.providers.base import (
    Charged,
    Code,
    Endpoint,
    ImageRequest,
    ProviderError,
    ReferenceFile,
)

_SettingValue = str | int | None


def image_settings(request: ImageRequest, endpoint: Endpoint) -> dict[str, Any]:
    """Give the arguments of the SDK's `images.generate`, or `images.edit` with references.

    Never `response_format`: GPT image models refuse it. `moderation` belongs to generations,
    `input_fidelity` and files to edits.
    """
    settings: dict[str, _SettingValue] = {
        "model": request.model,
        "prompt": request.prompt,
        "n": request.count,
        "size": request.size,
        "quality": request.quality,
        "background": request.background,
        "output_format": request.output_format,
        "output_compression": request.output_compression,
        "complexity": request.complexity,
    }
    if endpoint.sends_safety_identifier:
        settings["safety_identifier"] = request.safety_identifier
    if request.references:
        settings["input_fidelity"] = request.input_fidelity
    else:
        settings["moderation"] = request.moderation
    chosen: dict[str, Any] = {name: v for name, v in settings.items() if v not in ("", None)}
    return chosen | _stream_settings(request) | _files(request)


def _stream_settings(request: ImageRequest) -> dict[str, Any]:
    if request.partial_images <= 0:
        return {}
    return {"stream": True, "partial_images": request.partial_images}


def _files(request: ImageRequest) -> dict[str, Any]:
    """Give the files; the SDK names one `image` and several `image[]`, as providers expect."""
    if request.mask and not request.references:
        detail = "A mask needs the picture that it lies on."
        raise ProviderError(Code.BAD_REQUEST, charged=Charged.NO, detail=detail)
    if not request.references:
        return {}
    images = [_file(reference) for reference in request.references]
    files: dict[str, Any] = {"image": images[0] if len(images) == 1 else images}
    if request.mask:
        files["mask"] = _file(request.mask)
    return files


def _file(reference: ReferenceFile) -> tuple[str, bytes, str]:
    return reference.name, reference.content, reference.content_type
