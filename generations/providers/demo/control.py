"""`/demo/…`: how a person or a test steers a running demo provider."""

from typing import Any

from generations.providers.demo.faults.registry import FAULTS, check_entries
from generations.providers.demo.records import RecordedRequest
from generations.providers.demo.refusals import Refused
from generations.providers.demo.script import Script, json_script
from generations.providers.demo.state import DemoState


def answer_control(record: RecordedRequest, *, state: DemoState) -> Script:
    """Answer a control request.

    `GET /demo/faults` lists the faults. `POST /demo/faults` takes any of `next` (a list of
    switches, one entry a call), `always` (a list), `chances` (switch -> probability) with
    `seed`, and `pace` (seconds). `GET /demo/requests` gives what was recorded. `POST
    /demo/release` opens the gate of held answers. `POST /demo/reset` forgets everything.
    """
    action = (record.method, record.path)
    if action == ("POST", "/demo/faults"):
        _switch_on(record.json, state)
    elif action == ("POST", "/demo/reset"):
        state.reset()
    elif action == ("POST", "/demo/release"):
        state.release()
    elif action == ("GET", "/demo/requests"):
        return _recorded(state)
    elif action != ("GET", "/demo/faults"):
        raise Refused(404, f"Invalid URL ({record.method} {record.path})")
    return _faults(state)


def _switch_on(body: Any, state: DemoState) -> None:
    if not isinstance(body, dict):
        raise Refused(422, "Send a JSON object.")
    unknown = set(body) - {"next", "always", "chances", "seed", "pace"}
    if unknown:
        raise Refused(422, f"Unknown: {', '.join(sorted(unknown))}.")
    try:
        check_entries(*body.get("next", ()), *body.get("always", ()), *body.get("chances", ()))
        state.faults.add_next(*body.get("next", ()))
        if "always" in body:
            state.faults.set_always(*body["always"])
        if "chances" in body:
            state.faults.set_chances(body["chances"], seed=body.get("seed", 0))
    except ValueError as error:
        raise Refused(422, str(error)) from None
    state.pace = float(body.get("pace", state.pace))


def _recorded(state: DemoState) -> Script:
    requests = list(state.requests)
    return json_script(
        {
            "count": len(requests),
            "generations": sum(request.is_generation for request in requests),
            "in_flight": state.in_flight,
            "most_in_flight": state.most_in_flight,
            "requests": [request.summary() for request in requests],
        }
    )


def _faults(state: DemoState) -> Script:
    return json_script(
        {
            "pace": state.pace,
            "next": [" + ".join(str(it) for it in entry) for entry in state.faults.next],
            "always": [str(switch) for switch in state.faults.always],
            "faults": {fault.name: fault.meaning for fault in FAULTS.values()},
        }
    )
