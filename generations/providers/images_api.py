"""The Images API: generations, and edits where there are references (provider-facts 1)."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from generations.providers.base import Endpoint, Event, ImageRequest, Limits, ProviderError
from generations.providers.clients import client_for, timeout_for
from generations.providers.errors import error_from, request_id_of
from generations.providers.images_answer import ImagesReader
from generations.providers.images_request import image_settings
from generations.providers.wire import Post, chunks_of, limits_as_failures

if TYPE_CHECKING:
    from openai import AsyncOpenAI


async def images_api(
    request: ImageRequest, *, endpoint: Endpoint, limits: Limits
) -> AsyncIterator[Event]:
    """Ask for pictures, once; streamed with partial pictures where the request wants them.

    Fewer pictures than asked for are no failure, nor is what breaks after a whole picture.
    """
    reader = ImagesReader(endpoint, request.count)
    failure: ProviderError | None = None
    try:
        with limits_as_failures():
            settings = image_settings(request, endpoint)
            async with _post(client_for(endpoint), settings, limits) as response:
                yield reader.accept(request_id_of(response.headers))
                async for chunk in chunks_of(response):
                    for event in reader.feed(chunk):
                        yield event
                    if reader.is_done:
                        break
    except Exception as error:  # noqa: BLE001 - judged below, together with what had come
        failure = error_from(error, endpoint=endpoint, request_id=reader.request_id)
    for event in reader.finish(failure):
        yield event


def _post(client: "AsyncOpenAI", settings: dict[str, Any], limits: Limits) -> Post:
    calls: Any = client.images.with_streaming_response
    create = calls.edit if "image" in settings else calls.generate
    post: Post = create(**settings, timeout=timeout_for(limits))
    return post
