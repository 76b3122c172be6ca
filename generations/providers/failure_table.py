"""What the failures of providers mean, row by row: provider-facts 3.2 and 3.3.

Codes are compared as a whole, in lower case; texts are searched. The first rule that fits wins;
where none does, the HTTP status decides.
"""

import re
from dataclasses import dataclass

from generations.providers.base import Charged, Code

NO, UNKNOWN, AS_MODEL = Charged.NO, Charged.UNKNOWN, Charged.AS_MODEL


@dataclass(frozen=True)
class CodeRule:
    """Error codes and types that mean one thing whatever the status."""

    code: Code
    charged: Charged
    names: frozenset[str]


@dataclass(frozen=True)
class TextRule:
    """Words that mean one thing; `also_5xx` where they prove it for server errors too."""

    code: Code
    charged: Charged
    words: re.Pattern[str]
    also_5xx: bool = False


def _codes(code: Code, charged: Charged, names: str) -> CodeRule:
    return CodeRule(code, charged, frozenset(names.split()))


def _words(code: Code, charged: Charged, words: str, *, also_5xx: bool = False) -> TextRule:
    return TextRule(code, charged, re.compile(words, re.IGNORECASE), also_5xx)


CODE_RULES = (
    _codes(Code.OUTPUT_MODERATION, NO, "output_blocked"),
    _codes(Code.OUTPUT_MODERATION, AS_MODEL, "output_policy_violation output_moderation"),
    _codes(
        Code.MODERATION,
        AS_MODEL,
        "moderation_blocked content_policy_violation sensitive_words_detected prompt_blocked"
        " input_moderation content_filter",
    ),
    _codes(Code.REFERENCE_REFUSED, AS_MODEL, "image_content_policy_violation"),
    _codes(
        Code.REFERENCE_REFUSED,
        NO,
        "invalid_image invalid_image_format image_too_large image_too_small image_file_too_large"
        " unsupported_image_media_type empty_image_file failed_to_download_image"
        " invalid_media_data media_url_unreachable unsupported_media_format",
    ),
    _codes(
        Code.NO_CREDIT,
        NO,
        "insufficient_quota credit_balance_exhausted organization_spend_limit_exceeded"
        " project_spend_limit_exceeded organization_usage_limit_exceeded"
        " billing_hard_limit_reached insufficient_user_quota pre_consume_token_quota_failed",
    ),
    _codes(Code.KEY_WRONG, NO, "invalid_api_key authentication_failed"),
    _codes(Code.MODEL_UNAVAILABLE, NO, "model_not_found model_retired model_unavailable"),
    _codes(Code.RATE_LIMITED, NO, "rate_limit_exceeded rate_limited upstream_rate_limited"),
    _codes(Code.NO_PERMISSION, NO, "permission_denied async_not_enabled access_denied"),
    _codes(Code.REQUEST_TOO_LARGE, NO, "request_too_large"),
    _codes(
        Code.BAD_REQUEST,
        NO,
        "invalid_value unknown_parameter missing_required_parameter size_not_supported"
        " n_not_within_range prompt_missing prompt_too_long schema_violation"
        " capability_not_supported",
    ),
    # The cause is unclear, and so it may have run.
    _codes(Code.PROVIDER_FAILED, AS_MODEL, "upstream_rejected"),
    _codes(
        Code.SERVER_ERROR,
        UNKNOWN,
        "sync_timeout upstream_bad_response task_status_unavailable image_not_generated"
        " upstream_unreachable do_request_failed bad_response_status_code"
        " channel:response_time_exceeded",
    ),
)

TEXT_RULES = (
    _words(
        Code.MODERATION,
        AS_MODEL,
        r"safety system|safety_violations|content[ _]polic|usage polic|sensitive words"
        r"|内容安全|敏感词",
        also_5xx=True,
    ),
    _words(
        Code.MODEL_UNAVAILABLE,
        NO,
        r"incorrect model id|无可用渠道|no available channels?\b|the model .{1,80} does not exist",
        also_5xx=True,
    ),
    _words(Code.RATE_LIMITED, NO, r"rate limited by provider", also_5xx=True),
    _words(
        Code.NO_CREDIT,
        NO,
        r"balance is insufficient|insufficient (?:balance|quota|credits?)|can only try \d+ times"
        r"|exceeded your current quota|余额不足|额度不足",
    ),
    _words(Code.KEY_WRONG, NO, r"invalid token|无效的令牌|(?:incorrect|invalid) api key"),
    _words(Code.RATE_LIMITED, NO, r"too many requests|rate limit (?:exceeded|reached)|负载已饱和"),
)

STATUS_RULES: dict[int, tuple[Code, Charged]] = {
    400: (Code.BAD_REQUEST, NO),
    401: (Code.KEY_WRONG, NO),
    402: (Code.NO_CREDIT, NO),
    403: (Code.NO_PERMISSION, NO),
    404: (Code.MODEL_UNAVAILABLE, NO),
    405: (Code.BAD_REQUEST, NO),
    408: (Code.SERVER_ERROR, UNKNOWN),
    409: (Code.SERVER_ERROR, UNKNOWN),
    410: (Code.MODEL_UNAVAILABLE, NO),
    413: (Code.REQUEST_TOO_LARGE, NO),
    415: (Code.BAD_REQUEST, NO),
    422: (Code.BAD_REQUEST, NO),
    429: (Code.RATE_LIMITED, NO),
    451: (Code.REFERENCE_REFUSED, NO),
}


def meaning_of(
    *, http_status: int | None, names: frozenset[str], text: str
) -> tuple[Code, Charged]:
    """Give what a failure means and whether it costs money.

    `http_status` is None for an error inside an answer that began well (status 200); `names` are
    the error's code and type in lower case; `text` is its message.
    """
    if http_status == 413:
        return STATUS_RULES[413]
    for rule in CODE_RULES:
        if rule.names & names:
            return rule.code, rule.charged
    for words in TEXT_RULES:
        if (words.also_5xx or (http_status or 0) < 500) and words.words.search(text):
            return words.code, words.charged
    return _by_status(http_status)


def _by_status(http_status: int | None) -> tuple[Code, Charged]:
    if http_status is None:
        return Code.PROVIDER_FAILED, AS_MODEL
    if http_status >= 500:
        return Code.SERVER_ERROR, UNKNOWN
    if http_status < 400:  # redirects are not followed, and nothing ran behind them
        return Code.UNREADABLE_ANSWER, NO
    return STATUS_RULES.get(http_status, (Code.BAD_REQUEST, NO))
