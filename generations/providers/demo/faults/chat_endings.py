"""Chat answers that end without a picture (provider-facts 2.4)."""

import json
from collections.abc import Callable

from generations.providers.demo import chat_text
from generations.providers.demo.calls import CHAT, Call
from generations.providers.demo.chat import before_ending, chat_script
from generations.providers.demo.chat_text import WORDS, ChatIds, Piece
from generations.providers.demo.faults.fault import BOTH, Answer, Fault
from generations.providers.demo.faults.statuses import moderation_blocked
from generations.providers.demo.faults.timing import stop_at
from generations.providers.demo.script import Act, Script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import Switch

# Variants of one refusal; the apostrophe is curly in the originals
REFUSALS = (
    "We’re so sorry, but the prompt may violate our content policies. If you think we got it"
    " wrong, please retry or edit your prompt.",
    "We’re so sorry, but the image we created may violate our guardrails around nudity,"
    " sexuality, or erotic content. If you think we got it wrong, please retry or edit your"
    " prompt.",
    "We’re so sorry, but the prompt may violate our guardrails concerning similarity to"
    " third-party content. If you think we got it wrong, please retry or edit your prompt.",
    "I can’t generate that image because the request violates our content policy.",
    "内容安全策略拒绝：生图失败，请修改提示词后重试。",
)
OUTAGE = "Unable to generate – Sora is temporarily unavailable, please check back soon"

Write = Callable[[Call, ChatIds, Switch], list[Piece]]


def _ending(write: Write) -> Answer:
    async def answer(call: Call, switch: Switch, state: DemoState) -> Script:
        return chat_script(call, write(call, ChatIds.new(1), switch))

    return answer


def _failed(call: Call, ids: ChatIds, code: str, *, is_output: bool, language: str) -> str:
    """Write the failing lines with the terminal JSON that real answers end with.

    Only the Chinese lines were seen; the English ones are their translation (a guess).
    """
    words = WORDS.get(language, WORDS[call.language])
    terminal = {
        "type": "terminal",
        "results_by_frame_index": {},
        "code": "other",
        "is_output_rejection": is_output,
        "task_id": ids.task,
    }
    block = json.dumps(terminal, separators=(",", ":"))
    return f"\n\n{words.failed}\n{words.reason}{code}\n\n\n```json\n{block}\n```"


async def _moderation(call: Call, switch: Switch, state: DemoState) -> Script:
    if call.route != CHAT:
        return moderation_blocked(call, "input")
    ids = ChatIds.new(1)
    language = switch.arguments[0] if switch.arguments else ""
    text = _failed(call, ids, "input_moderation", is_output=False, language=language)
    return chat_script(call, [*_queued(call, ids), (30, text)])


async def _output_moderation(call: Call, switch: Switch, state: DemoState) -> Script:
    if call.route != CHAT:
        return moderation_blocked(call, "output")
    ids = ChatIds.new(1)
    language = switch.arguments[0] if switch.arguments else ""
    text = _failed(call, ids, "output_moderation", is_output=True, language=language)
    return chat_script(call, [*before_ending(call, ids), (100, text)])


def _provider_failed(call: Call, ids: ChatIds, switch: Switch) -> list[Piece]:
    reason = switch.arguments[0] if switch.arguments else "internal_error"
    text = _failed(call, ids, reason, is_output=False, language="")
    return [*before_ending(call, ids), (100, text)]


def _refusal(call: Call, ids: ChatIds, switch: Switch) -> list[Piece]:
    variant = int(switch.number(1)) - 1
    return _spoken(REFUSALS[variant % len(REFUSALS)])


def _outage(call: Call, ids: ChatIds, switch: Switch) -> list[Piece]:
    return _spoken(OUTAGE)


def _no_address(call: Call, ids: ChatIds, switch: Switch) -> list[Piece]:
    return _spoken("Here you go! \n!image")


def _no_text(call: Call, ids: ChatIds, switch: Switch) -> list[Piece]:
    return []


def _links_only(call: Call, ids: ChatIds, switch: Switch) -> list[Piece]:
    queue = WORDS[call.language].queue
    text = chat_text.head(call, ids).removesuffix(queue).rstrip()
    return [*chat_text.parameter_block(call), (10, text)]


def _queue_end(call: Call, ids: ChatIds, switch: Switch) -> list[Piece]:
    return _long_queue(call, ids)


async def _queue_cut(call: Call, switch: Switch, state: DemoState) -> Script:
    script = chat_script(call, _long_queue(call, ChatIds.new(1)))
    return stop_at(script, 95, Act.CUT)


def _queued(call: Call, ids: ChatIds) -> list[Piece]:
    return [*chat_text.parameter_block(call), *chat_text.waiting(call, ids)]


def _long_queue(call: Call, ids: ChatIds) -> list[Piece]:
    return [*_queued(call, ids), *((float(at), ".") for at in range(24, 96, 8))]


def _spoken(sentence: str) -> list[Piece]:
    """Say a plain sentence word by word, as a language model does."""
    words = sentence.split(" ")
    return [(100 * at / len(words), (" " if at else "") + word) for at, word in enumerate(words)]


CHAT_ENDINGS = (
    Fault(
        name="moderation",
        meaning="refused before painting, charged; the Images API answers 400",
        source="2.4, 3.2",
        argument="[en|zh]",
        routes=BOTH,
        answer=_moderation,
    ),
    Fault(
        name="output-moderation",
        meaning="refused after painting, charged; the Images API answers 400",
        source="2.4, 3.2",
        argument="[en|zh]",
        routes=BOTH,
        answer=_output_moderation,
    ),
    Fault(
        name="provider-failed",
        meaning="the failing line with another reason",
        source="2.4",
        argument="[reason=internal_error]",
        routes=(CHAT,),
        answer=_ending(_provider_failed),
    ),
    Fault(
        name="refusal",
        meaning="a polite sentence of refusal, five variants",
        source="2.4",
        argument="[variant=1]",
        routes=(CHAT,),
        answer=_ending(_refusal),
    ),
    Fault(
        name="outage",
        meaning="a sentence that says that the provider is away",
        source="2.4",
        routes=(CHAT,),
        answer=_ending(_outage),
    ),
    Fault(
        name="no-address",
        meaning="words of success without any address",
        source="2.4",
        routes=(CHAT,),
        answer=_ending(_no_address),
    ),
    Fault(
        name="no-text",
        meaning="an answer without any text",
        source="2.3",
        routes=(CHAT,),
        answer=_ending(_no_text),
    ),
    Fault(
        name="links-only",
        meaning="parameters, ID and status links, and nothing more",
        source="2.6",
        routes=(CHAT,),
        answer=_ending(_links_only),
    ),
    Fault(
        name="queue-end",
        meaning="the queue and then a clean end",
        source="2.4",
        routes=(CHAT,),
        answer=_ending(_queue_end),
    ),
    Fault(
        name="queue-cut",
        meaning="the queue and then a closed connection",
        source="2.4",
        routes=(CHAT,),
        answer=_queue_cut,
    ),
)
