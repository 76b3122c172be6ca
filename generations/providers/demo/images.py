"""`POST /v1/images/generations` and `/v1/images/edits` (provider-facts 1)."""

import base64
import time
from collections.abc import Mapping
from typing import Any

from generations.providers.demo.calls import IMAGES, Call, ratio_in, size_of
from generations.providers.demo.drawing.partial import render_partial
from generations.providers.demo.drawing.recipe import Recipe
from generations.providers.demo.image_rules import (
    ModelRules,
    check_settings,
    parse_size,
    rules_for,
)
from generations.providers.demo.image_usage import output_tokens, usage_of
from generations.providers.demo.refusals import Refused
from generations.providers.demo.script import Script, Step, event, event_script, json_script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import without_switches
from generations.providers.demo.uploads import Uploads

_NO_UPLOADS = Uploads((), (), None)


def read_images_call(
    fields: Mapping[str, Any], *, state: DemoState, uploads: Uploads | None = None
) -> Call:
    """Understand a request for pictures, or refuse it as OpenAI would."""
    model = str(fields.get("model") or "")
    if not model:
        message = "Missing required parameter: 'model'."
        raise Refused(400, message, code="missing_required_parameter", param="model")
    rules = rules_for(model)
    check_settings(fields, rules, is_edit=uploads is not None)
    prompt = without_switches(fields["prompt"])
    recipe = _recipe(fields, prompt, uploads or _NO_UPLOADS, state=state)
    return Call(
        route=IMAGES,
        model=model,
        prompt=prompt,
        origin=state.origin,
        seconds=state.pace * recipe.random("pace").uniform(0.8, 1.25),
        recipe=recipe,
        count=int(fields.get("n") or 1),
        is_edit=uploads is not None,
        is_stream=_is_true(fields.get("stream")) and not rules.is_reverse,
        partial_images=int(fields.get("partial_images") or 0),
        settings=_settings(fields, recipe, rules),
        usage=_usage(model, rules, fields, recipe, uploads or _NO_UPLOADS),
        gives_addresses=fields.get("response_format") == "url",
    )


async def answer_images(call: Call, *, state: DemoState) -> Script:
    """Answer with base64 (or addresses), in one body or as a stream of events."""
    if call.gives_addresses:
        data = [{"url": _address(call, token)} for token in call.store_in(state.pictures)]
        return json_script(_body(call, data), seconds=call.seconds)
    pictures = await drawn_pictures(call, state=state)
    if call.is_stream:
        return _stream(call, pictures)
    data = [{"b64_json": _base64(call, picture)} for picture in pictures]
    return json_script(_body(call, data), seconds=call.seconds)


async def drawn_pictures(call: Call, *, state: DemoState) -> list[bytes]:
    """Draw the pictures of a call, spoilt where a fault says so."""
    pictures = [await state.draw(recipe) for recipe in call.recipes()]
    return [call.spoil_picture(it) for it in pictures] if call.spoil_picture else pictures


def _address(call: Call, token: str) -> str:
    return call.address or f"{call.origin}/pictures/{token}.{call.recipe.output_format}"


def _recipe(
    fields: Mapping[str, Any], prompt: str, uploads: Uploads, *, state: DemoState
) -> Recipe:
    size = fields.get("size") or "auto"
    width, height = size_of(ratio_in(prompt)) if size == "auto" else parse_size(size)
    return Recipe(
        prompt=prompt,
        seed=state.next_seed(prompt),
        width=width,
        height=height,
        is_transparent=fields.get("background") == "transparent",
        output_format=fields.get("output_format") or "png",
        compression=int(fields.get("output_compression", 100)),
        references=uploads.images,
        mask=uploads.mask,
    )


def _settings(fields: Mapping[str, Any], recipe: Recipe, rules: ModelRules) -> dict[str, str]:
    """The settings that the answer names again, each as it was decided."""
    if rules.is_reverse:
        return {}
    return {
        "background": "transparent" if recipe.is_transparent else "opaque",
        "output_format": recipe.output_format,
        "quality": _quality(fields),
        "size": f"{recipe.width}x{recipe.height}",
    }


def _quality(fields: Mapping[str, Any]) -> str:
    quality = fields.get("quality") or "auto"
    return "high" if quality == "auto" else str(quality)


def _usage(
    model: str,
    rules: ModelRules,
    fields: Mapping[str, Any],
    recipe: Recipe,
    uploads: Uploads,
) -> dict[str, Any] | None:
    if rules.is_reverse:
        return None
    tokens = output_tokens(
        model, quality=_quality(fields), width=recipe.width, height=recipe.height
    )
    return usage_of(
        prompt=recipe.prompt,
        reference_sizes=list(uploads.sizes),
        image_tokens=tokens * int(fields.get("n") or 1),
        partials=int(fields.get("partial_images") or 0) if _is_true(fields.get("stream")) else 0,
    )


def _body(call: Call, data: list[dict[str, str]]) -> dict[str, Any]:
    body: dict[str, Any] = {"created": int(time.time()), **call.settings, "data": data}
    if call.usage is not None:
        body["usage"] = call.usage
    return body


def _stream(call: Call, pictures: list[bytes]) -> Script:
    kind = "image_edit" if call.is_edit else "image_generation"
    steps = []
    for index in range(call.partial_images if pictures else 0):
        content = render_partial(call.recipe, index)
        at = 100 * (index + 1) / (call.partial_images + 1)
        steps.append(_event(call, f"{kind}.partial_image", content, at, partial_image_index=index))
    for picture in pictures:
        steps.append(_event(call, f"{kind}.completed", picture, 100, usage=call.usage))
    return event_script(tuple(steps), seconds=call.seconds)


def _event(call: Call, kind: str, content: bytes, at: float, **more: Any) -> Step:
    payload = {
        "type": kind,
        "b64_json": _base64(call, content),
        "created_at": int(time.time()),
        **call.settings,
        **more,
    }
    return Step(at=at, data=event(payload, name=kind))


def _base64(call: Call, content: bytes) -> str:
    return call.spell(base64.b64encode(content).decode())


def _is_true(value: object) -> bool:
    return str(value).lower() in ("true", "1")
