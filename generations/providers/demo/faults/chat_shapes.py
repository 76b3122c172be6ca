"""Chat answers that bring a picture in another shape (provider-facts 2.3 and 2.6)."""

import base64
from typing import Any

from generations.providers.demo import chat_text
from generations.providers.demo.calls import CHAT, Call
from generations.providers.demo.chat import (
    before_ending,
    chat_script,
    delta_script,
    whole_message,
)
from generations.providers.demo.chat_text import ChatIds, Piece
from generations.providers.demo.faults.fault import Fault
from generations.providers.demo.images import drawn_pictures
from generations.providers.demo.script import Script, json_script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import Switch

Delta = tuple[float, dict[str, Any]]


async def _downloads_only(call: Call, switch: Switch, state: DemoState) -> Script:
    links = [chat_text.download_link(call, it) for it in call.store_in(state.pictures)]
    return _with_ending(call, "\n\n" + "\n\n\n\n".join(links))


async def _hundred_only(call: Call, switch: Switch, state: DemoState) -> Script:
    link = chat_text.result_link(call, call.store_in(state.pictures)[0])
    return _with_ending(call, link, is_done=False)


async def _address_as_name(call: Call, switch: Switch, state: DemoState) -> Script:
    urls = [f"{call.origin}/pictures/{it}.png" for it in call.store_in(state.pictures)]
    return _with_ending(call, "\n\n".join(f"![{url}]({url})" for url in urls))


async def _signed(call: Call, switch: Switch, state: DemoState) -> Script:
    urls = [chat_text.signed_address(call, it) for it in call.store_in(state.pictures)]
    return _with_ending(call, "\n\n".join(f"![image]({url})" for url in urls) + "%")


async def _video(call: Call, switch: Switch, state: DemoState) -> Script:
    poster = f"{call.origin}/pictures/{call.store_in(state.pictures)[0]}.webp"
    film = f"{call.origin}/videos/demo.mp4"
    return _with_ending(call, f"![poster]({poster})\n\n[在线播放▶️]({film})")


async def data_address(call: Call, switch: Switch, state: DemoState) -> Script:
    """Answer with the pictures inside the text, as data: addresses."""
    urls = [f"data:image/png;base64,{it}" for it in await _encoded(call, state)]
    return chat_script(call, [(100, "\n\n".join(f"![image]({url})" for url in urls))])


async def _content_list(call: Call, switch: Switch, state: DemoState) -> Script:
    parts = [_image_part(it) for it in await _encoded(call, state)]
    return _message(call, [(100, {"content": parts})])


async def _message_images(call: Call, switch: Switch, state: DemoState) -> Script:
    urls = [f"data:image/png;base64,{it}" for it in await _encoded(call, state)]
    parts = [_image_part(url) for url in urls]
    return _message(call, [(5, {"content": "Here is your picture."}), (100, {"images": parts})])


async def _reasoning(call: Call, switch: Switch, state: DemoState) -> Script:
    """Report progress beside the content; without a stream it is only an availability check."""
    if not call.is_stream:
        text = "All tokens available for image generation. Please enable streaming."
        return chat_script(call, [(0, text)])
    steps = [(at, f"Image generation progress: {at}%\n") for at in range(10, 100, 15)]
    deltas: list[Delta] = [(at, {"reasoning_content": it, "content": None}) for at, it in steps]
    urls = [f"{call.origin}/pictures/{it}.png" for it in call.store_in(state.pictures)]
    links = "\n".join(f"![Generated Image]({url})" for url in urls)
    return delta_script(call, [*deltas, (100, {"content": links})], finish_reason="STOP")


def _with_ending(call: Call, ending: str, *, is_done: bool = True) -> Script:
    """Say everything up to the result as always, then this."""
    ids = ChatIds.new(1)
    done = chat_text.done_line(call, ids) + "\n\n" if is_done else ""
    pieces: list[Piece] = [*before_ending(call, ids), (100, done + ending)]
    return chat_script(call, pieces)


def _message(call: Call, deltas: list[Delta]) -> Script:
    """Send deltas as a stream, or all of them together as one message."""
    if call.is_stream:
        return delta_script(call, deltas)
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    for _, delta in deltas:
        message.update(delta)
    return json_script(whole_message(call, message), seconds=call.seconds)


async def _encoded(call: Call, state: DemoState) -> list[str]:
    pictures = await drawn_pictures(call, state=state)
    return [call.spell(base64.b64encode(it).decode()) for it in pictures]


def _image_part(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


CHAT_SHAPES = (
    Fault(
        name="downloads-only",
        meaning="download links and no image",
        source="2.3",
        routes=(CHAT,),
        answer=_downloads_only,
    ),
    Fault(
        name="hundred-only",
        meaning="only the link that hangs on the number 100",
        source="2.3",
        routes=(CHAT,),
        answer=_hundred_only,
    ),
    Fault(
        name="address-as-name",
        meaning="images whose alt text is the address itself",
        source="2.3",
        routes=(CHAT,),
        answer=_address_as_name,
    ),
    Fault(
        name="signed-address",
        meaning="an escaped path, a long query, and a shell % at the end of the text",
        source="2.3",
        routes=(CHAT,),
        answer=_signed,
    ),
    Fault(
        name="video",
        meaning="a film with a poster: no image result",
        source="2.3",
        routes=(CHAT,),
        answer=_video,
    ),
    Fault(
        name="data-address",
        meaning="Markdown images with data: addresses",
        source="2.6",
        routes=(CHAT,),
        answer=data_address,
    ),
    Fault(
        name="content-list",
        meaning="the content is a list with bare base64",
        source="2.6",
        routes=(CHAT,),
        answer=_content_list,
    ),
    Fault(
        name="message-images",
        meaning="pictures in message.images (OpenRouter)",
        source="2.6",
        routes=(CHAT,),
        answer=_message_images,
    ),
    Fault(
        name="reasoning-progress",
        meaning="progress in reasoning_content, null contents, finish reason STOP",
        source="2.6",
        routes=(CHAT,),
        answer=_reasoning,
    ),
)
