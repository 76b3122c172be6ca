"""Refusals by status code, body by body (provider-facts 3.2)."""

import math
from collections.abc import Callable

from generations.providers.demo.calls import Call
from generations.providers.demo.faults.fault import BOTH, Answer, Fault
from generations.providers.demo.faults.status_table import STATUSES, Status
from generations.providers.demo.script import Script, error_script, json_script, whole_script
from generations.providers.demo.state import DemoState
from generations.providers.demo.switches import Switch

REFERENCE_CODES = (
    "invalid_image",
    "invalid_image_format",
    "image_too_large",
    "image_too_small",
    "image_file_too_large",
    "unsupported_image_media_type",
    "empty_image_file",
    "failed_to_download_image",
    "image_content_policy_violation",
)
_TIMES = "[times]"


def _counted(build: Callable[[Call, Switch], Script]) -> Answer:
    """Refuse as often as the first argument says for one prompt, or always."""

    async def answer(call: Call, switch: Switch, state: DemoState) -> Script | None:
        times = switch.number(math.inf)
        is_spent = state.faults.is_spent(switch, call.prompt, times=times)
        return None if is_spent else build(call, switch)

    return answer


def _script_of(status: Status) -> Callable[[Call, Switch], Script]:
    def build(call: Call, switch: Switch) -> Script:
        if isinstance(status.body, str):
            return whole_script(status.body.encode(), "text/html", status=status.status)
        return json_script(status.body, status=status.status, headers=status.headers)

    return build


def _rate_limit(call: Call, switch: Switch) -> Script:
    seconds = switch.arguments[1] if len(switch.arguments) > 1 else "1"
    message = "Rate limit reached for requests. Please try again later."
    return error_script(
        429,
        message,
        kind="requests",
        code="rate_limit_exceeded",
        headers=(("retry-after", seconds),),
    )


def moderation_blocked(call: Call, stage: str) -> Script:
    """Refuse with OpenAI's moderation error; `stage` is input or output."""
    error = {
        "message": (
            "Your request was rejected by the safety system. If you believe this is an error,"
            " contact us at help.openai.com and include the request ID req_demo."
            " safety_violations=[sexual]."
        ),
        "type": "image_generation_user_error",
        "param": None,
        "code": "moderation_blocked",
        "moderation_details": {"moderation_stage": stage, "categories": ["sexual"]},
    }
    return json_script({"error": error}, status=400)


async def _blocked(call: Call, switch: Switch, state: DemoState) -> Script:
    return moderation_blocked(call, switch.arguments[0] if switch.arguments else "input")


async def _bad_reference(call: Call, switch: Switch, state: DemoState) -> Script:
    code = switch.arguments[0] if switch.arguments else REFERENCE_CODES[0]
    message = f"The reference image was refused: {code.replace('_', ' ')}."
    return error_script(400, message, code=code, param="image")


def _fault(name: str, status: Status) -> Fault:
    return Fault(
        name=name,
        meaning=f"{status.status}: {status.meaning}",
        source="3.2",
        argument=_TIMES,
        routes=BOTH,
        answer=_counted(_script_of(status)),
    )


STATUS_FAULTS = (
    *(_fault(name, status) for name, status in STATUSES.items()),
    Fault(
        name="rate-limit",
        meaning="429: too many requests, with Retry-After",
        source="3.2",
        argument="[times] [retry-after=1]",
        routes=BOTH,
        answer=_counted(_rate_limit),
    ),
    Fault(
        name="moderation-blocked",
        meaning="400: refused by the safety system, with stage and categories",
        source="3.2",
        argument="[stage=input]",
        routes=BOTH,
        answer=_blocked,
    ),
    Fault(
        name="bad-reference",
        meaning="400: the reference image is refused",
        source="3.2",
        argument="[code=invalid_image]",
        routes=BOTH,
        answer=_bad_reference,
    ),
)
