"""One POST through the SDK, its answer read as raw bytes.

The SDK builds the request and knows refusals by status; it is not asked to understand an answer,
because it takes an error, a page or nothing with status 200 for success (provider-facts 0.4).
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from generations.providers import pulse
from generations.providers.base import Charged, Code, ProviderError

if TYPE_CHECKING:
    from openai import AsyncAPIResponse

# Ten of the largest pictures; whoever sends more is out of order.
_MAX_ANSWER_BYTES = 512 * 1024 * 1024

Post = AbstractAsyncContextManager["AsyncAPIResponse[Any]"]


async def chunks_of(response: "AsyncAPIResponse[Any]") -> AsyncIterator[bytes]:
    """Give the body as it comes; each piece is a sign of life."""
    size = 0
    async for chunk in response.iter_bytes():
        pulse.beat()
        size += len(chunk)
        if size > _MAX_ANSWER_BYTES:
            detail = f"The answer is longer than {_MAX_ANSWER_BYTES} bytes."
            raise ProviderError(Code.UNREADABLE_ANSWER, charged=Charged.UNKNOWN, detail=detail)
        yield chunk
