"""`make run`: one command starts everything, keeps it alive, and leaves nothing behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.environment import ROOT
from tests.support.processes import wait_until
from tests.support.serving import PASSWORD, USERNAME, Serving

PARTS = ("valkey-server", "generations.providers.demo", "webapp.serving.web", "celery -A webapp")
ADMIN = {"ADMIN_USERNAME": USERNAME, "ADMIN_PASSWORD": PASSWORD}

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc"),
]


@pytest.fixture(scope="module")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Collected by the first start of all."""
    return str(tmp_path_factory.mktemp("static"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, static_root: str) -> Path:
    """A data folder as a first start leaves it, with all tables."""
    folder = tmp_path_factory.mktemp("prepared")
    Serving(folder, STATIC_ROOT=static_root).prepare()
    return folder


@pytest.fixture
def serve(tmp_path: Path, static_root: str, prepared: Path) -> Iterator[Callable[..., Serving]]:
    """Starts the site; in a folder with all tables, unless it is to be the very first start."""
    started: list[Serving] = []

    def serve(*, is_first: bool = False, **variables: str) -> Serving:
        if not is_first and not (tmp_path / "data").exists():
            shutil.copytree(prepared, tmp_path / "data")
        serving = Serving(tmp_path / "data", **{"STATIC_ROOT": static_root} | variables)
        started.append(serving)
        serving.start()
        return serving

    yield serve
    for serving in started:
        serving.end()


def test_a_first_start_says_where_to_click_and_a_second_keeps_everything(serve):
    first = serve(is_first=True)
    first.wait_until_up()
    assert f"{first.url}/\n" in first.said
    assert f"{first.url}/setup/" in first.said
    link = next(line.strip() for line in first.said.splitlines() if "/setup/" in line)
    assert first.answer(link.removeprefix(first.url)) == 200
    assert first.stop() == 0
    assert not first.processes()
    key = (first.folder / "secret_key").read_text()

    second = serve(**ADMIN)
    second.wait_until_up()
    assert "/setup/" not in second.said
    second.sign_in()
    assert second.answer("/gallery/") == 200
    assert (second.folder / "secret_key").read_text() == key
    assert second.stop(signal.SIGTERM) == 0
    assert not second.processes()


def test_the_folder_is_taken_killed_parts_come_back_and_nothing_outlives_the_supervisor(serve):
    serving = serve()
    serving.wait_until_ready()
    second = serve()
    assert second.process.wait(timeout=30) == 2
    assert second.said.startswith("DATA_DIR: ")
    before = {part: serving.processes(part) for part in PARTS}
    assert all(before.values())
    for pids in before.values():
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def all_are_back() -> bool:
        now = {part: set(serving.processes(part)) for part in PARTS}
        return all(now[part] and not now[part] & set(before[part]) for part in PARTS)

    wait_until(all_are_back, seconds=60)
    serving.wait_until_ready()
    kill(serving, "supervisor.supervisord")


def kill(serving: Serving, parent: str) -> None:
    for pid in serving.processes(parent):
        os.kill(pid, signal.SIGKILL)
    serving.wait_until_gone()


def test_a_stop_lets_running_calls_finish(serve):
    serving = serve(**ADMIN, DEMO_PACE="4")
    serving.wait_until_ready()
    serving.sign_in()
    page = serving.submit("a lighthouse")
    wait_until(lambda: serving.status(page)["status"] == "running", seconds=30)
    assert serving.stop() == 0
    assert "Waiting for 1 running call;" in serving.said

    again = serve(**ADMIN)
    again.wait_until_up()
    again.sign_in()
    assert again.status(page)["status"] == "succeeded"
    assert len(again.status(page)["attempts"]) == 1


def test_a_second_interrupt_leaves_the_call_unconfirmed_and_a_kill_leaves_nothing(serve):
    serving = serve(**ADMIN, DEMO_PACE="60")
    serving.wait_until_ready()
    serving.sign_in()
    page = serving.submit("a lighthouse")
    wait_until(lambda: serving.status(page)["status"] == "running", seconds=30)
    os.killpg(serving.process.pid, signal.SIGINT)
    wait_until(lambda: "Waiting for 1" in serving.said)
    assert serving.stop() == 0
    assert not serving.processes()

    again = serve(**ADMIN, WORKER_BEAT_SECONDS="1", WORKER_LOST_SECONDS="3", SWEEP_SECONDS="1")
    again.wait_until_up()
    again.sign_in()
    wait_until(lambda: again.status(page)["attempts"][0]["status"] == "unconfirmed", seconds=60)
    kill(again, "manage.py serve")


def test_logs_tell_the_ids_and_keep_prompts_and_keys_to_themselves(serve, demo_server):
    provider = {"AIHUBMIX_API_KEY": "sk-very-secret-key", "AIHUBMIX_BASE_URL": demo_server.base_url}
    serving = serve(**ADMIN, **provider, LOG_FORMAT="json")
    serving.wait_until_ready()
    serving.sign_in()
    page = serving.submit("a confidential lighthouse", model="aihubmix/gpt-4o-image")
    found = serving.wait_for_status(page, "succeeded", "failed")
    assert found["status"] == "succeeded"
    assert serving.stop() == 0

    logs = "".join(path.read_text() for path in (serving.folder / "logs").iterdir())
    for secret in ("sk-very-secret-key", "confidential", PASSWORD):
        assert secret not in logs + serving.said
    lines = [json.loads(it) for it in logs.splitlines() if it.startswith("{")]
    ended = next(line for line in lines if line["event"] == "attempt_ended")
    assert ended["generation_id"] in page
    assert uuid.UUID(ended["attempt_id"])


def test_a_taken_port_stops_the_start(serve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        serving = serve(PORT=port)
        assert serving.process.wait(timeout=30) == 2
    assert serving.said == f"PORT: {port} is taken by another program. Choose another: PORT=8001.\n"


@pytest.mark.parametrize(
    ("variables", "begins"),
    [
        ({"HOST": "192.0.2.1"}, "HOST: "),
        ({"PORT": "70000"}, "PORT: "),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL: "),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "DATABASE_URL: "),
        ({"PROVIDER_DEADLINE_SECONDS": "6000"}, "PROVIDER_DEADLINE_SECONDS: "),
        ({"ADMIN_USERNAME": "boss"}, "ADMIN_PASSWORD: "),
        ({"ADMIN_USERNAME": "boss", "ADMIN_PASSWORD": "short"}, "ADMIN_PASSWORD: "),
    ],
)
def test_a_fault_is_one_line_and_starts_nothing(serve, variables, begins):
    serving = serve(**variables)
    assert serving.process.wait(timeout=60) == 2
    assert serving.said.startswith(begins)
    assert serving.said.count("\n") == 1
    assert not serving.processes()


def test_an_unwritable_data_folder_stops_the_start(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DATA_DIR": "/proc/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("DATA_DIR: /proc/nowhere ")
