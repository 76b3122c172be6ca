"""Why a chat answer has no picture: provider-facts 2.4."""

import pytest

from generations.providers.base import Charged, Code
from tests.providers.answers_read import ADDRESS, addresses, failure


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("> 生成失败 ❌\n> 失败原因：input_moderation", Code.MODERATION),
        ("> 生成失败 ❌\n> 失败原因：output_moderation", Code.OUTPUT_MODERATION),
        (
            '> 生成失败 ❌\n```json\n{"type":"terminal","is_output_rejection":true}\n```',
            Code.OUTPUT_MODERATION,
        ),
        ("> Generation failed ❌\n> Failure reason: input_moderation", Code.MODERATION),
        (
            "it may violate our guardrails around nudity, sexuality, or erotic content.",
            Code.MODERATION,
        ),
        ("This may violate third-party IP rights", Code.MODERATION),
        ("内容安全策略拒绝", Code.MODERATION),
        ("I can’t create images of real people.", Code.MODERATION),
        ("Sorry, I cannot generate that.", Code.MODERATION),
        ("生图失败", Code.PROVIDER_FAILED),
        ("> 生成失败 ❌\n> 失败原因：服务繁忙，请稍后再试", Code.PROVIDER_FAILED),
        ('{"type": "terminal", "code": "other"} ❌', Code.PROVIDER_FAILED),
        (
            "Unable to generate – Sora is temporarily unavailable, please check back soon",
            Code.PROVIDER_DOWN,
        ),
        (">🕐 排队中......", Code.QUEUE_TIMEOUT),
        ("> ID: `task_1`\n>🕐 Queuing..", Code.QUEUE_TIMEOUT),
        (">🕐 排队中..\n>⚡ 生成中..", Code.NO_IMAGE),
    ],
)
def test_why_there_is_no_picture(text, code):
    error = failure(text)
    assert (error.code, error.charged, error.is_retryable) == (code, Charged.AS_MODEL, False)
    assert error.detail


@pytest.mark.parametrize(
    "text", ["", ">🕐 排队中...", ">⚡ 生成中..", "> ✅ 生成完成", "![a](https://e.exa"]
)
def test_a_cut_without_a_picture_may_have_cost_money(text):
    error = failure(text, cut=True)
    assert (error.code, error.charged) == (Code.CONNECTION_LOST, Charged.UNKNOWN)


def test_a_refusal_in_hand_counts_though_the_stream_was_cut():
    error = failure("> 生成失败 ❌\n> 失败原因：input_moderation", cut=True)
    assert (error.code, error.charged) == (Code.MODERATION, Charged.AS_MODEL)


def test_pictures_count_though_the_stream_was_cut():
    text = f">🏃 Progress 9..[100](https://v.example/1.png)\n![a]({ADDRESS})\n![b](https://f"
    assert addresses(text, cut=True) == [ADDRESS]
    assert addresses(text[:60], cut=True) == ["https://v.example/1.png"]


def test_the_detail_holds_no_key_and_is_short():
    error = failure("> 生成失败 ❌ key sk-abc123def456 " + "x" * 5_000)
    assert "sk-abc" not in error.detail
    assert len(error.detail) == 2_000
