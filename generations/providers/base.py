"""What goes to a provider and what comes back: plain values, no Django, no SDK types."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Charged(StrEnum):
    """Whether the provider takes money for a call.

    `AS_MODEL`: the provider ran the call and it failed, which is charged where the model's row
    says that it charges failures. Only errors carry it; it is never stored.
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    AS_MODEL = "as model"


class Code(StrEnum):
    """Why a call failed; `generations/messages.py` holds the words for each."""

    CONNECT_FAILED = "connect_failed"
    KEY_WRONG = "key_wrong"
    NO_CREDIT = "no_credit"
    NO_PERMISSION = "no_permission"
    RATE_LIMITED = "rate_limited"
    MODEL_UNAVAILABLE = "model_unavailable"
    BAD_REQUEST = "bad_request"
    REQUEST_TOO_LARGE = "request_too_large"
    REFERENCE_REFUSED = "reference_refused"
    MODERATION = "moderation"
    OUTPUT_MODERATION = "output_moderation"
    PROVIDER_FAILED = "provider_failed"
    PROVIDER_DOWN = "provider_down"
    NO_IMAGE = "no_image"
    QUEUE_TIMEOUT = "queue_timeout"
    CONNECTION_LOST = "connection_lost"
    DEADLINE = "deadline"
    SILENT = "silent"
    SERVER_ERROR = "server_error"
    UNREADABLE_ANSWER = "unreadable_answer"
    BROKEN_PICTURE = "broken_picture"
    CANCELED = "canceled"
    # Decided on our side
    WORKER_LOST = "worker_lost"
    DOWNLOAD_FAILED = "download_failed"
    ADDRESS_REFUSED = "address_refused"
    NOT_A_PICTURE = "not_a_picture"
    PICTURE_TOO_LARGE = "picture_too_large"
    PROVIDER_NOT_SET = "provider_not_set"
    NOT_NEEDED = "not_needed"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True)
class ReferenceFile:
    """A reference image or mask as it is sent.

    `content` is the encoded picture (bytes), `content_type` its media type ("image/jpeg").
    """

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class ImageRequest:
    """One call for `count` pictures; an empty or None setting is not sent at all."""

    model: str
    prompt: str = field(repr=False)
    count: int = 1
    size: str = ""
    quality: str = ""
    background: str = ""
    output_format: str = ""
    output_compression: int | None = None
    moderation: str = ""
    input_fidelity: str = ""
    complexity: str = ""
    partial_images: int = 0
    references: tuple[ReferenceFile, ...] = ()
    mask: ReferenceFile | None = None
    safety_identifier: str = ""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where a provider lives: `base_url` ends before the path of the call, e.g. ".../v1"."""

    name: str
    base_url: str
    api_key: str = field(repr=False)
    is_demo: bool = False
    sends_safety_identifier: bool = False


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long one call may take in all, and how long it may be silent (seconds)."""

    deadline_seconds: float = 600.0
    idle_seconds: float = 300.0
    connect_seconds: float = 10.0


# The events of a call, in the order in which they may come


@dataclass(frozen=True)
class Accepted:
    """The provider answered the request: headers are here, the body follows."""

    request_id: str = ""


@dataclass(frozen=True)
class Queued:
    """The provider has the request in its own queue."""


@dataclass(frozen=True)
class Started:
    """The provider paints."""


@dataclass(frozen=True)
class Progress:
    """How far the provider is, 0 to 100."""

    percent: int


@dataclass(frozen=True)
class PartialPicture:
    """A picture that is still being painted, as an encoded image (bytes)."""

    content: bytes = field(repr=False)
    index: int = 0


@dataclass(frozen=True)
class ResultAddress:
    """Where a finished picture can be fetched."""

    url: str


@dataclass(frozen=True)
class Picture:
    """A finished picture as an encoded image (bytes), not yet verified."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens of the answer so far, as the provider counts them; it comes before their pictures.

    `is_trustworthy` is False for invented counts.
    The cached tokens are counted among `text_in` and `image_in` too.
    """

    text_in: int = 0
    cached_text_in: int = 0
    image_in: int = 0
    cached_image_in: int = 0
    image_out: int = 0
    text_out: int = 0
    is_trustworthy: bool = True


@dataclass(frozen=True)
class Said:
    """All text of the answer so far (the joined text, not a piece of it)."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Got:
    """What the provider says that it used; empty where it says nothing.

    `size` is in pixels ("1024x1536"), or a ratio ("2:3") where the chat route names only that.
    """

    revised_prompt: str = ""
    size: str = ""
    quality: str = ""
    background: str = ""
    output_format: str = ""


@dataclass(frozen=True)
class Pause:
    """Nothing has come for a moment: time to write down what has."""


@dataclass(frozen=True)
class Finished:
    """The answer is complete and had at least one picture or address."""


Event = (
    Accepted
    | Queued
    | Started
    | Progress
    | PartialPicture
    | ResultAddress
    | Picture
    | Usage
    | Said
    | Got
    | Pause
    | Finished
)


class ProviderError(Exception):
    """The one way in which a call fails.

    `charged` says whether money is gone.
    `is_retryable` is True only where the same attempt may be sent again by itself: nothing was
    sent (connect phase), or a plain 429. `retry_after` is in seconds where the provider named it.
    `detail` is the provider's own text, cut to 2,000 characters and with keys redacted; it is
    for staff only. Source: provider-facts.md 3.1 to 3.3.
    """

    def __init__(
        self,
        code: Code,
        *,
        charged: Charged,
        is_retryable: bool = False,
        retry_after: float | None = None,
        detail: str = "",
        request_id: str = "",
        http_status: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.charged = charged
        self.is_retryable = is_retryable
        self.retry_after = retry_after
        self.detail = detail
        self.request_id = request_id
        self.http_status = http_status


class Route(Protocol):
    """One wire format: yields events and ends with `Finished`, or raises `ProviderError`."""

    def __call__(
        self, request: ImageRequest, *, endpoint: Endpoint, limits: Limits
    ) -> AsyncIterator[Event]: ...
