"""Why a chat answer without a picture has none, read from its text (provider-facts 2.4)."""

import json
import re

from generations.providers.base import Charged, Code, ProviderError
from generations.providers.details import clean_detail

_OUTPUT_MODERATION = re.compile(r'output_moderation|"is_output_rejection"\s*:\s*true')
_MODERATION = re.compile(
    r"moderation|content[ _]polic|safety system|usage polic|content_filter|guardrails"
    r"|retry or edit your prompt|third-party (?:ip|content|intellectual)"
    r"|内容安全|安全策略|违反|违规|敏感",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"生成失败|生图失败|失败原因|❌|generation failed|failed to generate|fail(?:ure|ed)? reason"
    r"|reason (?:for|of) failure",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"temporarily unavailable|check back (?:soon|later)|try again later|service (?:is )?unavailable"
    r"|overloaded|high demand|at capacity|服务不可用|暂时不可用|稍后再试|稍后重试|系统繁忙|负载",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"(?:can't|cannot|can not|won't|(?:am|are|'m|'re) (?:unable|not able) to|couldn't)\s+"
    r"(?:\w+\s+){0,2}?(?:creat|generat|edit|help|assist|fulfil|produc|draw|make)"
    r"|无法(?:生成|创建|满足)|不能(?:生成|创建)",
    re.IGNORECASE,
)
_CURLY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


def failure_of(text: str, *, cut: bool, is_queued_only: bool) -> ProviderError:
    """Give the error for an answer without a picture.

    `text` is the answer without the echo of the prompt; `cut` tells that the end never came;
    `is_queued_only` that nothing came after the provider's own queue.
    """
    code = _code_of(text.translate(_CURLY))
    if code is None and cut:
        return ProviderError(
            Code.CONNECTION_LOST, charged=Charged.UNKNOWN, detail=clean_detail(text)
        )
    if code is None:
        code = Code.QUEUE_TIMEOUT if is_queued_only else Code.NO_IMAGE
    return ProviderError(code, charged=Charged.AS_MODEL, detail=clean_detail(text))


def broken_picture(text: str) -> ProviderError:
    """Give the error for an answer whose only pictures could not be read."""
    return ProviderError(Code.BROKEN_PICTURE, charged=Charged.YES, detail=clean_detail(text))


def is_prompt_echo(block: str) -> bool:
    """Tell whether a JSON block repeats the prompt; one that cannot be read does too."""
    return "prompt" in read_block(block) or not read_block(block)


def read_block(block: str) -> dict[str, object]:
    """Read a JSON block as a language model writes it; empty where it is none."""
    try:
        value = json.loads(block, strict=False)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _code_of(text: str) -> Code | None:
    if _OUTPUT_MODERATION.search(text):
        return Code.OUTPUT_MODERATION
    if _MODERATION.search(text):
        return Code.MODERATION
    if _FAILED.search(text):
        return Code.PROVIDER_FAILED
    if _DOWN.search(text):
        return Code.PROVIDER_DOWN
    if _REFUSED.search(text):
        return Code.MODERATION
    return None
