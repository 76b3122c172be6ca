"""The bodies of refusals as providers publish them (provider-facts 3.2)."""

from dataclasses import dataclass
from typing import Any

from generations.providers.demo.script import Headers


@dataclass(frozen=True, kw_only=True)
class Status:
    """One refusal: its status code, what it means, and its body (JSON, or HTML as text)."""

    status: int
    meaning: str
    body: dict[str, Any] | str
    headers: Headers = ()


def _openai(
    status: int,
    meaning: str,
    message: str,
    *,
    code: str | None = None,
    kind: str = "invalid_request_error",
    param: str | None = None,
) -> Status:
    error = {"message": message, "type": kind, "param": param, "code": code}
    return Status(status=status, meaning=meaning, body={"error": error})


def _relay(
    status: int, meaning: str, message: str, *, code: str = "", kind: str = "Aihubmix_api_error"
) -> Status:
    error = {"message": f"{message} (tid: 2026112208000000000)", "type": kind}
    if code:
        error["code"] = code
    return Status(status=status, meaning=meaning, body={"error": error})


def _page(status: int, title: str) -> Status:
    html = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status}"
        f" {title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    )
    return Status(status=status, meaning=f"{title}, as an HTML page", body=html)


_NEW_API = "new_api_error"
_BUSY = "当前分组上游负载已饱和，请稍后再试"

STATUSES = {
    # The request is wrong
    "bad-size": _openai(
        400,
        "the size is not taken (OpenAI)",
        "Invalid value: '512x512'. Supported values are: '1024x1024', '1024x1536', '1536x1024',"
        " and 'auto'.",
        code="invalid_value",
        param="size",
    ),
    "relay-bad-size": _relay(
        400, "the size is not taken (AIHubMix)", "size not supported", code="size_not_supported"
    ),
    "bad-parameter": _openai(
        400,
        "a parameter is not known",
        "Unknown parameter: 'quality'.",
        code="unknown_parameter",
        param="quality",
    ),
    "unprocessable": _openai(
        422, "the body is not understood", "Input should be a valid string", code="invalid_type"
    ),
    "too-large": _page(413, "Request Entity Too Large"),
    # Key, rights, money
    "bad-key": _openai(
        401,
        "the key is wrong (OpenAI; echoes a key)",
        "Incorrect API key provided: sk-proj-d3m0d3m0d3m0d3m0d3m0abcd. You can find your API key"
        " at https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    ),
    "relay-bad-key": _relay(401, "the key is wrong (AIHubMix)", "Invalid token: sk-***abcd"),
    "relay-bad-key-zh": _relay(401, "the key is wrong (new-api)", "无效的令牌", kind=_NEW_API),
    "verification": _openai(
        403,
        "the organization must be verified first",
        "Your organization must be verified to use the model `gpt-image-2`. Please go to:"
        " https://platform.openai.com/settings/organization/general",
    ),
    "key-not-authorised": _relay(
        403, "the key may not use this model", "This key is not authorized to use this model."
    ),
    "suspended": _relay(403, "the account is suspended", "Account suspended."),
    "no-money": _relay(
        403,
        "the balance is spent (AIHubMix)",
        "Your account balance is insufficient, please top up.",
        code="insufficient_user_quota",
    ),
    "trial-over": _relay(
        403,
        "the trial is over (AIHubMix)",
        "You can only try 10 times before your first top-up.",
        code="insufficient_user_quota",
    ),
    "payment-required": _relay(
        402, "the balance is spent", "Insufficient quota.", code="insufficient_quota"
    ),
    "no-quota": _openai(
        429,
        "the balance is spent (OpenAI)",
        "You exceeded your current quota, please check your plan and billing details.",
        code="insufficient_quota",
        kind="insufficient_quota",
    ),
    "spend-limit": _openai(
        429,
        "the spend limit of the project is reached (OpenAI)",
        "The project has reached its spend limit.",
        code="project_spend_limit_exceeded",
        kind="insufficient_quota",
    ),
    "hard-limit": _openai(
        400,
        "the billing limit is reached (OpenAI)",
        "Billing hard limit has been reached.",
        code="billing_hard_limit_reached",
    ),
    # The model
    "model-gone": _openai(
        404,
        "the model does not exist",
        "The model 'gpt-image-1' does not exist or you do not have access to it.",
        code="model_not_found",
    ),
    "model-retired": _relay(
        404, "the model is retired (AIHubMix)", "The model is retired.", code="model_retired"
    ),
    "wrong-model-503": _relay(
        503,
        "the model's name is wrong (AIHubMix; nothing ran)",
        "Incorrect model ID. Please request to view the model page or /v1/models.",
    ),
    "no-channel": _relay(
        503,
        "no channel serves the model (new-api; nothing ran)",
        "当前分组 default 下对于模型 gpt-4o-image 无可用渠道",
        code="model_not_found",
        kind=_NEW_API,
    ),
    # Refused for its content
    "content-policy": _openai(
        400,
        "refused by the content policy (the older code)",
        "Your request was rejected as a result of our safety system.",
        code="content_policy_violation",
        kind="image_generation_user_error",
    ),
    "sensitive-words": _relay(
        400,
        "sensitive words (new-api)",
        "sensitive words detected",
        code="sensitive_words_detected",
        kind="shell_api_error",
    ),
    "output-blocked": _relay(
        422, "the output was blocked, not charged", "Output blocked.", code="output_blocked"
    ),
    "legal": _openai(451, "refused for legal reasons", "Unavailable for legal reasons."),
    # Too much
    "image-rate-limit": _openai(
        429,
        "too many images a minute, without Retry-After",
        "Rate limit exceeded for images per minute in organization org-demo. Limit: 5/1min.",
        code="rate_limit_exceeded",
        kind="input-images",
    ),
    "relay-rate-limit": _relay(
        429, "too many requests (AIHubMix)", "The gpt-image-2 model Too many requests"
    ),
    "rate-limit-503": _relay(
        503,
        "rate limited by the provider behind (nothing ran)",
        "Rate limited by provider, please try again later.",
    ),
    "upstream-busy": _relay(503, "the upstream is busy (new-api)", _BUSY, kind=_NEW_API),
    "upstream-busy-429": _relay(429, "the upstream is busy (new-api)", _BUSY, kind=_NEW_API),
    # Outcome unknown, perhaps charged
    "request-timeout": _openai(408, "the server gave up waiting", "Request timed out."),
    "conflict": _openai(409, "a conflict", "The request conflicts with another one."),
    "server-error": _openai(
        500,
        "a server error (OpenAI)",
        "The server had an error while processing your request. Sorry about that!",
        kind="server_error",
    ),
    "relay-server-error": _relay(
        500,
        "the relay could not reach its upstream",
        "do request failed",
        code="do_request_failed",
        kind=_NEW_API,
    ),
    "wrapped-error": Status(
        status=500,
        meaning="an error inside FastAPI's detail",
        body={"detail": {"error": {"message": "Generation failed.", "type": "server_error"}}},
    ),
    "bad-gateway": _page(502, "Bad Gateway"),
    "unavailable": _page(503, "Service Temporarily Unavailable"),
    "gateway-timeout": _page(504, "Gateway Time-out"),
    "cloudflare-timeout": _page(524, "A Timeout Occurred"),
}
