"""The provider's own words, made safe to keep: keys redacted, length limited."""

import re

MAX_DETAIL = 2_000
_REDACTED = "[redacted]"

# "sk-…abcd" and "sk-ab***yz" are how providers echo a key in part. Source: provider-facts 3.1.
_KEYS = (
    re.compile(r"\b([Bb]earer\s+)[^\s\"',;<>)]+"),
    re.compile(r"()\b(?:sk|pk|rk|fk|ak)-[\w*.…·•-]+"),
    re.compile(r"\b(key\s*\()[^)\n]{0,80}"),
    re.compile(
        r"(?i)\b((?:api[-_ ]?key|token|authorization)[\"']?\s*[:=]\s*[\"']?)"
        r"(?!bearer\b|\[)[^\s\"',;<>)\[]{6,}"
    ),
)


def clean_detail(text: str, *, api_key: str = "") -> str:
    """Give `text` without keys, NULs and lone surrogates, at most 2,000 characters long."""
    text = without_key(text, api_key=api_key)
    # A key that straddles the cut must not survive in part, so the cut comes last.
    text = text[: 4 * MAX_DETAIL]
    for pattern in _KEYS:
        text = pattern.sub(rf"\g<1>{_REDACTED}", text)
    text = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return text.strip()[:MAX_DETAIL]


def without_key(text: str, *, api_key: str) -> str:
    """Give `text` without the endpoint's own key, and otherwise as it is."""
    return text.replace(api_key, _REDACTED) if len(api_key) > 3 else text
