"""The real OpenAI SDK against the demo provider: what works for it works for the product."""

import base64
import io
import re

import httpx2
import openai
import pytest
from PIL import Image

from generations.providers.demo.server import DemoServer


@pytest.fixture
def client(demo: DemoServer) -> openai.OpenAI:
    return openai.OpenAI(api_key="demo", base_url=demo.base_url, max_retries=0)


def picture(width: int = 64, height: int = 64, mode: str = "RGB") -> bytes:
    content = io.BytesIO()
    Image.new(mode, (width, height), (200, 40, 40, 0)[: len(mode)]).save(content, "PNG")
    return content.getvalue()


def said(client: openai.OpenAI, prompt: str, **more) -> str:
    chunks = client.chat.completions.create(
        model="gpt-4o-image-vip",
        messages=[{"role": "user", "content": prompt}],
        stream=True,
        **more,
    )
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def opened(encoded: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


def test_a_chat_stream_follows_the_grammar(client):
    text = said(client, "A cat on a hill, 2:3 portrait")
    marks = ["```json", '"ratio": "2:3"', "> ID: `task_", "[Data Preview](", ">🕐 Queuing.",
             ">⚡ Generating.", ">🏃 Progress ", "[100](", "> ✅ Generation complete", "![gen_",
             "[Click to download]("]  # fmt: skip
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_a_chinese_prompt_is_answered_in_chinese(client):
    text = said(client, "小猫飞翔，比例9:16")
    assert [
        it for it in ("排队中", "生成中", "进度", "生成完成", "点击下载") if it not in text
    ] == []
    assert '"ratio": "9:16"' in text


def test_all_links_of_a_chat_answer_lead_to_the_same_picture(client):
    text = said(client, "A cat, 3:2")
    links = re.findall(r"\[(?:100|gen_\w+|Click to download)\]\((http[^)]+)\)", text)
    contents = {httpx2.get(link).content for link in links}
    assert len(links) == 3
    assert [Image.open(io.BytesIO(it)).size for it in contents] == [(1536, 1024)]


def test_a_chat_answer_without_a_stream_says_the_same(client):
    answer = client.chat.completions.create(
        model="gpt-4o-image", messages=[{"role": "user", "content": "A cat"}]
    )
    assert "> ✅ Generation complete" in answer.choices[0].message.content
    assert answer.usage.total_tokens == 222


def test_the_answer_begins_with_a_block_in_small_pieces_and_holds_an_empty_delta(client):
    chunks = list(
        client.chat.completions.create(
            model="gpt-4o-image", messages=[{"role": "user", "content": "A cat"}], stream=True
        )
    )
    texts = [chunk.choices[0].delta.content for chunk in chunks]
    assert "".join(texts[1:20]).startswith("```json\n{")
    assert None in texts[5:-1]
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_references_and_parents_are_understood(client, demo):
    url = "data:image/png;base64," + base64.b64encode(picture()).decode()
    text = {"type": "text", "text": "Like this"}
    image = {"type": "image_url", "image_url": {"url": url}}
    answer = client.chat.completions.create(
        model="gpt-4o-image",
        messages=[
            {"role": "assistant", "content": "> gen_id: `gen_parent1`"},
            {"role": "user", "content": [text, image]},
        ],
    )
    assert '"gen_id": "gen_parent1"' in answer.choices[0].message.content


def test_the_same_prompt_gives_other_pictures_each_time(client):
    calls = [client.images.generate(model="gpt-image-2", prompt="A cat") for _ in range(2)]
    assert calls[0].data[0].b64_json != calls[1].data[0].b64_json


def test_pictures_come_with_usage_and_settings(client):
    answer = client.images.generate(
        model="gpt-image-2.5-flare",
        prompt="A lighthouse",
        n=2,
        size="1536x1024",
        quality="low",
        output_format="webp",
    )
    assert [opened(it.b64_json).format for it in answer.data] == ["WEBP", "WEBP"]
    assert opened(answer.data[0].b64_json).size == (1536, 1024)
    assert (answer.size, answer.quality, answer.output_format) == ("1536x1024", "low", "webp")
    assert answer.usage.output_tokens == 2 * 158


@pytest.mark.parametrize(
    ("model", "quality", "tokens"),
    [
        ("gpt-image-2.5-flare", "low", 196),
        ("gpt-image-2.5-flare", "medium", 439),
        ("gpt-image-2.5-sunburst", "high", 1756),
        ("gpt-image-2.5-sunburst", "xhigh", 3122),
        ("gpt-image-2.5-sunburst-2026-09-08", "max", 7024),
        ("gpt-image-2.6-flare", "high", 1756),
        ("gpt-image-2", "low", 196),
        ("gpt-image-2", "high", 7024),
        ("gpt-image-1", "low", 272),
        ("gpt-image-1.5", "medium", 1056),
        ("gpt-image-1-mini", "high", 4160),
    ],
)
def test_usage_is_that_of_the_model(client, model, quality, tokens):
    answer = client.images.generate(model=model, prompt="A cat", quality=quality, size="1024x1024")
    assert answer.usage.output_tokens_details.image_tokens == tokens


def test_a_reverse_model_answers_base64_without_usage(client):
    answer = client.images.generate(model="gpt-4o-image-vip", prompt="A cat", size="1024x1536")
    assert opened(answer.data[0].b64_json).size == (1024, 1536)
    assert answer.usage is None


def test_an_edit_takes_one_image(client, demo):
    image = ("ref.png", picture(), "image/png")
    answer = client.images.edit(model="gpt-image-2", prompt="A hat", image=image, quality="low")
    assert answer.usage.input_tokens_details.image_tokens == 4
    assert [file.field for file in demo.requests[-1].files] == ["image"]


def test_an_edit_takes_several_images_and_a_mask(client, demo):
    answer = client.images.edit(
        model="gpt-image-2.5-sunburst",
        prompt="A hat",
        image=[picture(), picture(1024, 1024)],
        mask=picture(mode="RGBA"),
        quality="low",
    )
    assert answer.usage.input_tokens_details.image_tokens == 4 + 1024
    assert [file.field for file in demo.requests[-1].files] == ["image[]", "image[]", "mask"]


def test_a_stream_of_a_generation_brings_partial_pictures(client):
    events = list(
        client.images.generate(
            model="gpt-image-2", prompt="A cat", quality="low", stream=True, partial_images=2
        )
    )
    assert [event.type for event in events] == [
        "image_generation.partial_image",
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert [event.partial_image_index for event in events[:-1]] == [0, 1]
    assert {opened(event.b64_json).size for event in events} == {(1024, 1024)}
    assert events[-1].usage.output_tokens == 196 + 2 * 100


def test_a_stream_of_an_edit_brings_partial_pictures(client):
    events = client.images.edit(
        model="gpt-image-2", prompt="A cat", image=picture(), stream=True, partial_images=1
    )
    assert [e.type for e in events] == ["image_edit.partial_image", "image_edit.completed"]


def test_models_name_the_day_on_which_they_end(client):
    ends = {model.id: model.shutdown_date for model in client.models.list()}
    assert ends["gpt-image-1.5"] == "2026-12-01"
    assert ends["gpt-image-2"] is None


@pytest.mark.parametrize("key", ["wrong", "sk-wrong"])
def test_a_wrong_key_is_refused(demo, key):
    client = openai.OpenAI(api_key=key, base_url=demo.base_url, max_retries=0)
    with pytest.raises(openai.AuthenticationError) as refused:
        client.models.list()
    assert refused.value.code == "invalid_api_key"
    assert refused.value.request_id.startswith("req_")


def test_an_early_leaving_is_noted(client, demo):
    stream = client.chat.completions.create(
        model="gpt-4o-image",
        messages=[{"role": "user", "content": "A cat [demo:stall]"}],
        stream=True,
    )
    next(iter(stream))
    stream.close()
    demo.wait_for(lambda: demo.requests[-1].client_disconnected)


def test_a_held_answer_waits_until_it_is_released(client, demo):
    stream = client.chat.completions.create(
        model="gpt-4o-image",
        messages=[{"role": "user", "content": "A cat [demo:hold 40]"}],
        stream=True,
    )
    next(iter(stream))
    assert not demo.requests[-1].is_finished
    demo.release()
    text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert "Generation complete" in text
