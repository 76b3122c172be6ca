"""One POST through the SDK, its answer read as raw bytes.

The SDK builds the request and knows refusals by status; it is not asked to understand an answer,
because it takes an error, a page or nothing with status 200 for success (provider-facts 0.4).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from generations.providers import pulse
from generations.providers.base import Charged, Code, ProviderError

if TYPE_CHECKING:
    from openai import AsyncAPIResponse

# Ten of the largest pictures; whoever sends more is out of order.
_MAX_ANSWER_BYTES = 512 * 1024 * 1024

Post = AbstractAsyncContextManager["AsyncAPIResponse[Any]"]


@contextmanager
def limits_as_failures() -> Iterator[None]:
    """Turn the cancellation of the task by a limit into a failure, as `asyncio.timeout` does.

    So that a route can end by what it has in hand. Any other cancellation goes on its way.
    """
    try:
        yield
    except asyncio.CancelledError:
        limit = pulse.reached_limit()
        if limit is None:
            raise
        if task := asyncio.current_task():
            task.uncancel()
        charged = Charged.UNKNOWN if pulse.was_sent() else Charged.NO
        raise ProviderError(limit, charged=charged) from None


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
