"""Steering the demo provider: by control requests, in tests, and as a program."""

import signal
import subprocess
import sys
from collections import Counter
from typing import Any

import httpx2
import pytest

from generations.providers.demo.faults.registry import FAULTS
from generations.providers.demo.records import RecordedRequest
from generations.providers.demo.server import DemoServer
from tests.demo.calls import chat, images
from tests.support.processes import wait_until


def steer(demo: DemoServer, action: str, **body: Any) -> httpx2.Response:
    return httpx2.post(f"{demo.origin}/demo/{action}", json=body)


def statuses(demo: DemoServer, count: int) -> list[int]:
    return [images(demo, "A cat").status for _ in range(count)]


def test_queued_faults_hit_the_next_calls_in_order(demo):
    demo.next_faults("rate-limit", "none", "server-error")
    assert statuses(demo, 4) == [429, 200, 500, 200]


def test_one_call_may_get_several_faults(demo):
    demo.next_faults("pictures 3 + no-usage")
    answer = images(demo, "A cat").json
    assert (len(answer["data"]), "usage" in answer) == (3, False)


def test_permanent_faults_last_until_the_reset(demo):
    demo.always_faults("unavailable")
    assert statuses(demo, 2) == [503, 503]
    demo.reset()
    assert statuses(demo, 1) == [200]


def test_faults_are_switched_on_by_request(demo):
    steer(demo, "faults", next=["rate-limit"], always=["no-usage"])
    assert statuses(demo, 2) == [429, 200]
    assert "usage" not in images(demo, "A cat").json
    steer(demo, "reset")
    assert "usage" in images(demo, "A cat").json


def test_faults_by_chance_are_the_same_for_the_same_seed(demo):
    runs = []
    for _ in range(2):
        steer(demo, "faults", chances={"rate-limit": 0.3, "server-error": 0.3}, seed=7)
        runs.append(statuses(demo, 20))
    assert runs[0] == runs[1]
    assert set(Counter(runs[0])) == {200, 429, 500}


@pytest.mark.parametrize(
    "body", [{"next": ["no-such-fault"]}, {"chances": {"nonsense": 1}}, {"sometimes": []}]
)
def test_a_wrong_control_request_is_refused(demo, body):
    assert steer(demo, "faults", **body).status_code == 422


def test_a_wrong_fault_is_refused_in_tests_and_prompts(demo):
    with pytest.raises(ValueError, match="no-such-fault"):
        demo.next_faults("no-such-fault")
    answer = chat(demo, "A cat [demo:no-such-fault]")
    assert answer.json["error"]["code"] == "unknown_demo_fault"


def test_requests_are_recorded_without_keys(demo):
    chat(demo, "A cat")
    images(demo, "A dog [demo:rate-limit]")
    recorded = httpx2.get(f"{demo.origin}/demo/requests").json()
    assert (recorded["count"], recorded["generations"]) == (2, 2)
    assert [it["status"] for it in recorded["requests"]] == [200, 429]
    assert [it["faults"] for it in recorded["requests"]] == [[], ["rate-limit"]]
    assert "Bearer" not in str(recorded)


def test_recorded_requests_hold_everything(demo):
    images(demo, "A dog [demo:url]", n=2)
    request = demo.generation_requests[0]
    assert request.json["n"] == 2
    assert request.headers["authorization"] == "Bearer demo"
    # The client has the last byte before the server notes that it has sent it
    wait_until(lambda: request.is_finished)
    assert (request.status, request.client_disconnected) == (200, False)


def test_answers_carry_ids_and_limits(demo):
    answer = images(demo, "A cat")
    assert answer.headers["x-request-id"] == demo.requests[0].request_id
    assert answer.headers["x-ratelimit-limit-requests"] == "500"


def test_the_server_says_that_it_is_well(demo):
    assert httpx2.get(f"{demo.origin}/health").json() == {"status": "ok"}
    assert demo.requests == []


def test_a_key_is_needed_for_calls_only(demo):
    assert httpx2.get(f"{demo.base_url}/models").status_code == 401
    assert httpx2.get(f"{demo.origin}/pictures/{'0' * 30}.png").status_code == 404
    assert httpx2.get(f"{demo.base_url}/nothing").status_code == 401


def test_the_program_quits_at_once_with_an_open_stream():
    command = [sys.executable, "-m", "generations.providers.demo", "--port", "0", "--pace", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        assert line.startswith("demo provider on http://127.0.0.1:")
        url = f"{line.split()[-1]}/v1/chat/completions"
        body = {"model": "m", "stream": True, "messages": [user("A cat [demo:stall]")]}
        headers = {"Authorization": "Bearer demo"}
        with httpx2.stream("POST", url, json=body, headers=headers) as answer:
            next(answer.iter_bytes())
            program.send_signal(signal.SIGTERM)
            assert program.wait(timeout=10) == 0


def test_the_program_lists_all_faults():
    command = [sys.executable, "-m", "generations.providers.demo", "--list-faults"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(FAULTS)


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_a_long_running_server_forgets_contents():
    head = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
    record = RecordedRequest(
        number=1,
        method="POST",
        path="/v1/images/edits",
        headers={"content-type": "multipart/form-data; boundary=b"},
    )
    record.read(head + b"xyz\r\n--b--")
    assert record.files[0].content == b"xyz"
    record.forget_contents()
    assert (record.files[0].content, record.summary()["files"][0]["size"]) == (b"", 3)
