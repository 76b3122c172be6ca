"""The text of the chat route: provider-facts 2.3 to 2.6, fact by fact."""

import base64

import pytest

from generations.providers.base import (
    Charged,
    Code,
    Finished,
    Got,
    Picture,
    Progress,
    Queued,
    ResultAddress,
    Started,
)
from generations.providers.chat_grammar import ChatAnswer, parse
from tests.providers.answers_read import (
    ADDRESS,
    DATA_URI,
    PNG,
    addresses,
    failure,
    pictures,
    progress,
)
from tests.providers.transcripts import TRANSCRIPTS

# The six real answers


def test_two_images_with_downloads_and_the_asset_link_are_two_pictures():
    events = parse(TRANSCRIPTS["01"])
    assert [type(event) for event in events[:3]] == [Got, Queued, Started]
    assert [e.percent for e in events if isinstance(e, Progress)][-1] == 100
    assert addresses(TRANSCRIPTS["01"]) == [
        "https://filesystem.site/cdn/20250421/XBCrAs6qvMARG7BkFX0KI3MBs1qoto.png",
        "https://filesystem.site/cdn/20250421/tQ62gh0BbdESApNmFJMNzsdUFDflkl.png",
    ]
    assert events[-1] == Finished()


def test_percent_lines_and_a_signed_address():
    events = parse(TRANSCRIPTS["02"])
    assert events[0] == Got(revised_prompt="画个牛马", size="1:1")
    assert [e.percent for e in events if isinstance(e, Progress)] == [14, 44, 74, 83]
    (address,) = addresses(TRANSCRIPTS["02"])
    assert "%2Fsrc_0.png?st=" in address
    assert address.endswith("&az=oaivgprodscus")


def test_a_refusal_before_painting_is_charged_as_the_model_is():
    error = failure(TRANSCRIPTS["07"])
    assert (error.code, error.charged) == (Code.MODERATION, Charged.AS_MODEL)
    assert "input_moderation" in error.detail
    assert "千与千寻" not in error.detail  # the prompt's echo is no reason
    assert not error.is_retryable


def test_preview_links_are_no_results():
    assert addresses(TRANSCRIPTS["08"]) == [
        "https://pro.filesystem.site/cdn/20260311/e952b8c0cadf21bb01557fd96b6e27.png"
    ]


def test_download_links_count_where_there_is_no_image():
    found = addresses(TRANSCRIPTS["12"])
    assert len(found) == 2
    assert all("/download/" in address for address in found)


def test_a_plain_sentence_of_refusal():
    assert failure(TRANSCRIPTS["17"]).code is Code.MODERATION


# The echo of the prompt

ECHO = (
    '```json\n{"prompt": "A poster: >🏃 Progress 77.. ![x](https://e.example/x.png) '
    '> 生成失败 ❌ content policy ``` \\"quoted\\" {brace", "ratio": "2:3"}\n```\n'
)


@pytest.mark.parametrize("echo", [ECHO, ECHO.replace("```json\n", "").replace("\n```\n", "\n\n")])
def test_nothing_is_read_from_the_prompt_echo(echo):
    events = parse(f"{echo}>🏃 Progress 5..\n![gen_1]({ADDRESS})")
    assert [e for e in events if isinstance(e, Progress)] == [Progress(5)]
    assert [e for e in events if isinstance(e, ResultAddress)] == [ResultAddress(ADDRESS)]
    assert isinstance(events[0], Got)
    assert (events[0].revised_prompt[:8], events[0].size) == ("A poster", "2:3")


def test_an_echo_that_was_cut_says_nothing_of_the_reason():
    text = '```json\n{"prompt": "a poster against our content policy, 生成失败 ❌ '
    assert failure(text, cut=True).code is Code.CONNECTION_LOST


def test_an_echo_with_a_broken_quote_hides_no_picture():
    text = f'{{"prompt": "a "big cat", "ratio": "1:1"}}\n\n>🕐 Queuing.\n\n![gen_1]({ADDRESS})'
    assert addresses(text) == [ADDRESS]


def test_a_broken_object_ends_at_its_fence():
    text = f'```json\n{{"prompt": "a "big cat"}}\n```\n>🕐 排队中.\n![gen_1]({ADDRESS})'
    assert addresses(text) == [ADDRESS]


def test_only_the_first_echo_is_the_revised_prompt():
    text = f'{{"prompt": "a"}}\n```json\n{{"prompt": "b"}}\n```\n![image]({ADDRESS})'
    assert [e.revised_prompt for e in parse(text) if isinstance(e, Got)] == ["a"]


def test_a_fence_around_the_whole_answer_hides_nothing():
    assert addresses(f"```\n![image]({ADDRESS})\n```") == [ADDRESS]


# Phases and progress


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (">🕐 排队中......", Queued()),
        (">🕐 Queuing.", Queued()),
        ("> 排队中...", Queued()),
        ("> ID: `task_1` >🕐 排队中.", Queued()),
        (">⚡ 生成中.....", Started()),
        (">⚡ Generating", Started()),
        ("> 🎨 生成中...", Started()),
        ("⚡️ Generating...", Started()),
    ],
)
def test_lines_that_announce_a_phase(line, event):
    assert parse(f"{line}\n![image]({ADDRESS})")[0] == event


@pytest.mark.parametrize(
    "line", ["> Generating Complete ✅", "> 生成完成 ✅", "> ✅ Generation complete"]
)
def test_the_end_line_is_no_beginning(line):
    assert parse(f"{line}\n![image]({ADDRESS})") == [ResultAddress(ADDRESS), Finished()]


@pytest.mark.parametrize(
    ("text", "percents"),
    [
        (">🏃 进度 36..44..61....83", [36, 44, 61, 83]),
        (">🏃 Progress 7....13....25...27\n", [7, 13, 25, 27]),
        ("> 进度 14%.\n> 进度 44%.\n> 进度 83%", [14, 44, 83]),
        (">🏃 Progress 50..40..60", [50, 60]),
        (">🏃 Progress 50..500..9999999999..60", [50, 60]),
        (">🏃 Progress 11..\nStep 99 of it", [11]),
        ("See figure 42.", []),
        ("> gen_id: `gen_01jsccq83p`", []),
        (">🏃 进度 72..[100](https://videos.openai.com/a.png)", [72, 100]),
    ],
)
def test_progress_is_read_from_its_own_part_and_never_runs_back(text, percents):
    assert progress(text) == percents


# Pictures and links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"![{ADDRESS}]({ADDRESS})", [ADDRESS]),
        (f"![a]({ADDRESS}) and again ![b]({ADDRESS})", [ADDRESS]),
        (f"![a]({ADDRESS})![b]({ADDRESS.replace('/cdn/', '/cdn/download/')})", [ADDRESS]),
        (f"![A cat [cute] cat]({ADDRESS})", [ADDRESS]),
        (f"![a prompt\n\nof two parts]({ADDRESS})", [ADDRESS]),
        (f"[![thumb]({ADDRESS})](https://e.example/page)", [ADDRESS]),
        (f'![a]({ADDRESS} "title")', [ADDRESS]),
        (f"![a](<{ADDRESS}>)", [ADDRESS]),
        ("![a](https://e.example/x(1).png)", ["https://e.example/x(1).png"]),
        ("![a](https://e.example/x?a=1&amp;b=2)", ["https://e.example/x?a=1&b=2"]),
        ("![a](https://e.example/no-extension)%", ["https://e.example/no-extension"]),
        ("![a](https://e.example/x.webp)", ["https://e.example/x.webp"]),
        ("![unclosed ![a](https://e.example/x.png)", ["https://e.example/x.png"]),
        (f"![]({ADDRESS})[下载](https://pro.e.example/download/1.png)", [ADDRESS]),
    ],
)
def test_images(text, found):
    assert addresses(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[点击下载](https://e.example/1)", ["https://e.example/1"]),
        (
            "[Click to download](https://e.example/1)[100](https://e.example/2)",
            ["https://e.example/1"],
        ),
        (
            ">🏃 Progress 9..[100](https://videos.openai.com/src_0?sig=1)",
            ["https://videos.openai.com/src_0?sig=1"],
        ),
        ("[Your picture](https://e.example/1.png)", ["https://e.example/1.png"]),
        ("Here it is: https://e.example/1.png.", ["https://e.example/1.png"]),
        ("https://e.example/picture-without-end%", ["https://e.example/picture-without-end"]),
        ('{"url": "https://e.example/1.png"}', ["https://e.example/1.png"]),
        (
            "![a](sandbox:/mnt/data/x.png)[Click to download](https://e.example/1)",
            ["https://e.example/1"],
        ),
        ("![gen](https://e.example/cdn/1.png", ["https://e.example/cdn/1.png"]),
    ],
)
def test_what_counts_where_there_is_no_image(text, found):
    assert addresses(text) == found


@pytest.mark.parametrize(
    "text",
    [
        ">[数据预览](https://asyncdata.net/web/1) | [原始数据](https://asyncdata.net/source/1)",
        ">[Data Preview](https://e.example/web/1.png) | [Source Data](https://e.example/source/1.png)",
        "![status](https://pro.asyncdata.net/web/1.png)",
        "![poster](https://e.example/1.webp)\n\n[在线播放▶️](https://e.example/1.mp4)",
        "[在线播放▶️](https://e.example/1.mp4)\n\n![poster](https://e.example/1.webp)",
        "[在线播放▶️](https://e.example/a%2F1.mp4?sig=1)[100](https://e.example/src_0)",
        "Here you go! \n!image",
        "![image](file:///etc/passwd)",
        "![image]()",
        "> ✅ Generation complete",
        "See https://e.example/usage-policies for more.",
        "",
    ],
)
def test_what_is_no_picture(text):
    error = failure(text)
    assert (error.code, error.charged) == (Code.NO_IMAGE, Charged.AS_MODEL)


def test_an_image_is_given_as_soon_as_it_is_complete():
    answer = ChatAnswer()
    assert answer.feed(f"![gen_1]({ADDRESS}") == []
    assert answer.feed(")") == [ResultAddress(ADDRESS)]
    assert answer.finish(cut=True) == [Finished()]


def test_a_webp_waits_until_it_is_clear_that_no_video_follows():
    answer = ChatAnswer()
    assert answer.feed("![gen_1](https://e.example/1.webp)\n") == []
    found = answer.feed("[点击下载](https://e.example/download/1.webp)")
    assert found == [ResultAddress("https://e.example/1.webp")]


# Pictures inside the text


def test_data_uris_are_pictures_and_stay_out_of_what_is_said():
    other = "data:image/png;base64," + base64.b64encode(PNG * 2).decode()
    text = f"![image]({DATA_URI})\n\n![image]({other})\n\n![again]({DATA_URI})"
    assert pictures(text) == [PNG, PNG * 2]
    answer = ChatAnswer()
    answer.feed(text)
    assert len(answer.said) < 250
    assert answer.said.startswith("![image](data:image/png;base64,…")


@pytest.mark.parametrize("text", [DATA_URI, f"Here: {DATA_URI}\nDone.", f'<img src="{DATA_URI}">'])
def test_a_data_uri_without_markdown(text):
    assert pictures(text) == [PNG]


@pytest.mark.parametrize("source", ["data:image/png;base64,@@@", "data:image/png;base64,…1234…"])
def test_a_broken_data_uri_is_a_broken_picture(source):
    error = failure(f"![image]({source})")
    assert (error.code, error.charged) == (Code.BROKEN_PICTURE, Charged.YES)


def test_a_data_uri_that_was_cut_is_no_picture():
    for text in (DATA_URI[:-20], f"![image]({DATA_URI[:-20]}"):
        assert failure(text, cut=True).charged is Charged.UNKNOWN


def test_pictures_beside_the_text():
    answer = ChatAnswer()
    bare = base64.b64encode(PNG).decode()
    assert answer.add_picture(bare) == [Picture(PNG)]
    assert answer.add_picture(DATA_URI) == []
    assert answer.add_picture(ADDRESS) == [ResultAddress(ADDRESS)]
    assert answer.feed(f"![image]({ADDRESS})") == []
    assert answer.finish(cut=False) == [Finished()]
