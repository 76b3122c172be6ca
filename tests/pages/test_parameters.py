"""Every parameter of every seeded model: shown, taken and sent exactly where the model takes it.

What each model takes is written here once more, from provider-facts.md 1.2 and 2.2.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from generations.forms.composer import ComposerForm
from generations.models import Generation, ImageModel, ReferenceImage
from generations.providers.base import Endpoint
from generations.selectors.studio import usable_models
from generations.services.references import store_reference
from tests.factories import IMAGES, only_attempt, png
from tests.pages.composing import faults, mask, press, submitted, typed, upload, values

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

STANDARD = ["auto", "1024x1024", "1536x1024", "1024x1536"]
THREE = ["low", "medium", "high"]


@dataclass(frozen=True, kw_only=True)
class Takes:
    """What a model takes, by the names of the API."""

    backgrounds: tuple[str, ...] = ("auto", "opaque", "transparent")
    qualities: tuple[str, ...] = ("low", "medium", "high")
    formats: tuple[str, ...] = ("png", "jpeg", "webp")
    moderations: tuple[str, ...] = ("auto", "low")
    fidelities: tuple[str, ...] = ()
    complexities: tuple[str, ...] = ()
    partial_images: int = 3
    references: int = 16
    has_free_sizes: bool = True
    is_chat: bool = False

    def __contains__(self, parameter: tuple[str, str]) -> bool:
        name, value = parameter
        return (
            value
            in {
                "size": [*STANDARD, *(["2048x1152"] if self.has_free_sizes else [])],
                "quality": self.qualities,
                "background": self.backgrounds,
                "output_format": self.formats,
                "output_compression": [] if self.is_chat else ["0", "70", "100"],
                "moderation": self.moderations,
                "input_fidelity": self.fidelities,
                "complexity": self.complexities,
                "partial_images": [str(number) for number in range(self.partial_images + 1)],
            }[name]
        )


FIVE = (*THREE, "xhigh", "max")
CHAT = Takes(
    backgrounds=("auto", "transparent"),
    qualities=(),
    formats=(),
    moderations=(),
    partial_images=0,
    references=10,
    has_free_sizes=False,
    is_chat=True,
)
MODELS = {
    "gpt-4o-image-vip": CHAT,
    "gpt-4o-image": CHAT,
    "gpt-image-2.6-flare": Takes(qualities=FIVE, complexities=tuple(THREE)),
    "gpt-image-2.6-sunburst": Takes(qualities=FIVE, complexities=tuple(THREE)),
    "gpt-image-2.5-flare": Takes(qualities=FIVE),
    "gpt-image-2.5-sunburst": Takes(qualities=FIVE),
    "gpt-image-2": Takes(),
    "gpt-image-1": Takes(fidelities=("low", "high"), has_free_sizes=False),
}
PARAMETERS = [
    *(("size", size) for size in (*STANDARD, "2048x1152", "1000x1000", "512x512")),
    *(("quality", word) for word in (*FIVE, "standard", "hd")),
    *(("background", word) for word in ("opaque", "transparent", "green")),
    *(("output_format", word) for word in ("png", "jpeg", "webp", "gif", "svg")),
    *(("output_compression", text) for text in ("0", "70", "100", "101", "some")),
    *(("moderation", word) for word in ("low", "high")),
    *(("input_fidelity", word) for word in ("low", "high", "max")),
    *(("complexity", word) for word in (*THREE, "max")),
    *(("partial_images", text) for text in ("1", "3", "4", "-1")),
]
EVERYTHING = {
    "size": "1024x1024",
    "quality": "high",
    "background": "opaque",
    "output_format": "jpeg",
    "output_compression": "70",
    "complexity": "low",
    "partial_images": "2",
}
# Nothing of it is sent where no row can take it
NEVER_SENT = {"response_format", "style", "user", "safety_identifier", "svg", "markup"}


@pytest.fixture(autouse=True)
def _all_models(demo: Any) -> None:
    ImageModel.objects.update(is_kept_after_end=True)


def test_every_seeded_model_stands_here() -> None:
    assert set(ImageModel.objects.values_list("name", flat=True)) == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_what_a_model_takes_is_shown_and_nothing_else(as_ana: Client, name: str) -> None:
    takes, page = MODELS[name], as_ana.get(f"/?model=demo/{name}")
    assert values(page, "size") == [*STANDARD, *(["free"] if takes.has_free_sizes else [])]
    assert values(page, "quality") == list(takes.qualities)
    assert values(page, "background") == list(takes.backgrounds)
    assert values(page, "output_format") == list(takes.formats)
    assert values(page, "moderation") == list(takes.moderations)
    assert values(page, "input_fidelity") == with_default(takes.fidelities)
    assert values(page, "complexity") == with_default(takes.complexities)
    numbers = [str(number) for number in range(takes.partial_images + 1)]
    assert values(page, "partial_images") == (numbers if takes.partial_images else [])
    html = page.content.decode()
    assert ('name="output_compression"' in html) is not takes.is_chat
    assert ('name="mask"' in html) is not takes.is_chat
    assert ("data-takes-mask" in html) is not takes.is_chat
    assert f"References, {takes.references} at most" in html


def with_default(words: tuple[str, ...]) -> list[str]:
    return ["", *words] if words else []


@pytest.mark.parametrize("name", MODELS)
def test_what_a_model_takes_is_accepted_and_the_rest_refused_in_words(ana: Any, name: str) -> None:
    reference = store_reference(user=ana, name="a.png", content=png())
    wrong = [
        (parameter, sentence)
        for parameter in PARAMETERS
        if bool(sentence := fault(name, parameter, reference)) == (parameter in MODELS[name])
    ]
    assert wrong == []


def fault(model: str, parameter: tuple[str, str], reference: ReferenceImage) -> str:
    """The sentence at its field for a parameter alone; empty where it is taken."""
    name, value = parameter
    fields = typed(model=f"demo/{model}", **{name: value})
    if name == "output_compression" and not MODELS[model].is_chat:
        fields["output_format"] = "jpeg"
    references = [reference] if name == "input_fidelity" else []
    form = ComposerForm(fields, image_models=usable_models(None), references=references)
    return "" if form.is_valid() else form.faults(name)[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"background": "transparent", "output_format": "jpeg"}, "output_format"),
        ({"output_format": "png", "output_compression": "70"}, "output_compression"),
        ({"output_format": "gif", "partial_images": "1"}, "partial_images"),
        ({"output_format": "gif", "background": "transparent"}, "output_format"),
        ({"input_fidelity": "high"}, "input_fidelity"),
        ({"moderation": "low", "references": "one"}, "moderation"),
        ({"references": "17"}, "references"),
    ],
)
def test_what_does_not_go_together_is_refused_in_words(
    as_ana: Client, changes: dict[str, Any], field: str
) -> None:
    ImageModel.objects.update(output_formats=["png", "jpeg", "gif"], input_fidelities=["high"])
    count = {"one": 1, "17": 17}.get(changes.get("references", ""), 0)
    files = {"references": [upload(f"{number}.png") for number in range(count)]}
    answer = press(as_ana, model=IMAGES, **changes | files)
    assert answer.status_code == 422
    assert field in faults(answer)


# What the provider received


@pytest.mark.parametrize("name", [name for name in MODELS if not MODELS[name].is_chat])
def test_a_generation_and_an_edit_send_what_was_chosen_and_nothing_else(
    as_ana: Client, demo: Any, work: Any, name: str
) -> None:
    takes, model = MODELS[name], f"demo/{name}"
    chosen = {key: value for key, value in EVERYTHING.items() if (key, value) in takes}
    fidelity = {"input_fidelity": "high"} if takes.fidelities else {}
    generation = submitted(press(as_ana, model=model, moderation="low", **chosen))
    pictures = {"references": [upload(), upload("2.png")], "mask": mask()}
    edit = submitted(press(as_ana, model=model, **chosen, **fidelity, **pictures))
    work()
    assert [status_of(row) for row in (generation, edit)] == ["succeeded", "succeeded"]
    (generated, edited) = demo.generation_requests
    common = {"model": name, "prompt": generation.prompt, "n": "1", "stream": "true", **chosen}
    assert as_text(generated.json) == common | {"moderation": "low"}
    assert {key: value for key, (value,) in edited.form.items()} == common | fidelity
    assert [file.field for file in edited.files] == ["image[]", "image[]", "mask"]
    assert NEVER_SENT.isdisjoint({*generated.json, *edited.form})


def as_text(body: dict[str, Any]) -> dict[str, str]:
    return {key: str(value).lower() if value is True else str(value) for key, value in body.items()}


def status_of(generation: Generation) -> str:
    return only_attempt(generation).status


@pytest.mark.parametrize("name", ["gpt-4o-image", "gpt-4o-image-vip"])
def test_the_chat_route_says_it_in_words_and_sends_no_setting(
    as_ana: Client, demo: Any, work: Any, name: str
) -> None:
    chosen = {"size": "1024x1536", "background": "transparent"}
    submitted(press(as_ana, model=f"demo/{name}", references=upload(), **chosen))
    work()
    (request,) = demo.generation_requests
    assert set(request.json) == {"model", "messages", "stream"}
    words, picture = request.json["messages"][0]["content"]
    assert words["text"].endswith("2:3 portrait, transparent background")
    assert picture["type"] == "image_url"


def test_without_partial_pictures_nothing_is_streamed(as_ana: Client, demo: Any, work: Any) -> None:
    submitted(press(as_ana, model=IMAGES))
    work()
    (request,) = demo.generation_requests
    assert {"stream", "partial_images", "complexity"}.isdisjoint(request.json)


@pytest.mark.parametrize(("provider", "is_named"), [("openai", True), ("aihubmix", False)])
def test_the_persons_pseudonym_goes_to_openai_only(
    as_ana: Client, demo: Any, work: Any, settings: Any, provider: str, is_named: bool
) -> None:
    settings.PROVIDERS = {
        provider: Endpoint(
            name=provider,
            base_url=demo.base_url,
            api_key="sk-any",
            sends_safety_identifier=provider == "openai",
        )
    }
    submitted(press(as_ana, model=f"{provider}/gpt-image-2", size="1024x1024"))
    work()
    (request,) = demo.generation_requests
    assert ("safety_identifier" in request.json) is is_named


def test_what_a_row_does_not_take_any_more_is_not_sent(
    as_ana: Client, demo: Any, work: Any
) -> None:
    submitted(press(as_ana, model="demo/gpt-image-2.6-flare", moderation="low", **EVERYTHING))
    ImageModel.objects.update(
        qualities=[],
        backgrounds=[],
        output_formats=[],
        takes_compression=False,
        moderations=[],
        complexities=[],
        max_partial_images=0,
    )
    work()
    (request,) = demo.generation_requests
    assert set(request.json) == {"model", "prompt", "n", "size"}


@pytest.mark.parametrize("row", [{"takes_mask": False}, {"max_references": 0}])
def test_pictures_that_a_row_does_not_take_any_more_end_the_attempt_for_free(
    as_ana: Client, demo: Any, work: Any, row: dict[str, Any]
) -> None:
    generation = submitted(press(as_ana, model=IMAGES, references=upload(), mask=mask()))
    ImageModel.objects.update(**row)
    work()
    attempt = only_attempt(generation)
    assert (attempt.status, attempt.code, attempt.charged) == ("failed", "bad_request", "no")
    assert demo.generation_requests == []
