"""`make run`: one command starts everything, keeps it alive, and leaves nothing behind."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import templates
from tests.support.environment import ROOT
from tests.support.processes import wait_until
from tests.support.serving import PASSWORD, USERNAME, Serving, kill
from webapp.serving.ports import HeldPort

PARTS = ("valkey-server", "generations.providers.demo", "webapp.serving.web", "celery -A webapp")
ADMIN = {"ADMIN_USERNAME": USERNAME, "ADMIN_PASSWORD": PASSWORD}

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc"),
]


@pytest.fixture(scope="module")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where it was not collected before, the first start of all does it."""
    return str(templates.static_root() or tmp_path_factory.mktemp("static"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, static_root: str) -> Path:
    """A data folder as a first start leaves it, with all tables."""
    folder = tmp_path_factory.mktemp("prepared")
    if template := templates.sqlite_file():
        shutil.copy(template, folder / "proofsheet.sqlite3")
    else:
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


def test_one_command_shows_everything_and_an_interrupt_ends_it(serve):
    serving = serve(**ADMIN)
    serving.wait_until_ready()
    serving.sign_in()
    page = serving.submit("a lighthouse")
    assert serving.wait_for_status(page, "succeeded", "failed")["status"] == "succeeded"
    assert serving.stop() == 0
    assert not serving.processes()


@pytest.mark.slow
def test_a_first_start_says_where_to_click_and_a_second_keeps_everything(serve, demo):
    first = serve(is_first=True)
    first.wait_until_up()
    assert f"{first.url}/\n" in first.said
    assert f"{first.url}/setup/" in first.said
    link = next(line.strip() for line in first.said.splitlines() if "/setup/" in line)
    assert first.answer(link.removeprefix(first.url)) == 200
    key = (first.folder / "secret_key").read_text()
    leaves_nothing_when_killed(first, "manage.py serve")

    provider = {"AIHUBMIX_API_KEY": "sk-very-secret-key", "AIHUBMIX_BASE_URL": demo.base_url}
    second = serve(**ADMIN, **provider, LOG_FORMAT="json")
    second.wait_until_ready()
    assert "/setup/" not in second.said
    assert (second.folder / "secret_key").read_text() == key
    refuses_its_folder_to_another(serve)
    second.sign_in()
    assert second.answer("/gallery/") == 200
    page = second.submit("a confidential lighthouse", model="aihubmix/gpt-4o-image")
    assert second.wait_for_status(page, "succeeded", "failed")["status"] == "succeeded"
    demo.next_faults("hold")
    running_call(second, "a confidential harbour", model="aihubmix/gpt-4o-image")
    wait_until(lambda: len(demo.generation_requests) == 2)
    os.killpg(second.process.pid, signal.SIGTERM)
    wait_until(lambda: "Waiting for 1 running call;" in second.said)
    demo.release()
    assert second.process.wait(timeout=180) == 0
    assert not second.processes()
    assert attempts_in(second.folder) == ["succeeded", "succeeded"]
    tells_ids_and_keeps_secrets(second, page, "sk-very-secret-key", "confidential", PASSWORD)


def leaves_nothing_when_killed(serving: Serving, parent: str) -> None:
    for pid in serving.processes(parent):
        kill(pid)
    serving.wait_until_gone()


def refuses_its_folder_to_another(serve: Callable[..., Serving]) -> None:
    other = serve()
    assert other.process.wait(timeout=180) == 2
    assert other.said.startswith("DATA_DIR: ")


def brings_back_what_is_killed(serving: Serving) -> None:
    log = serving.folder / "logs" / "supervisord.log"
    wait_until(lambda: "success: web-" in log.read_text(), of=serving.process, log=log)
    before = {part: serving.processes(part) for part in PARTS}
    assert all(before.values())
    for pids in before.values():
        for pid in pids:
            kill(pid)

    def all_are_back() -> bool:
        now = {part: set(serving.processes(part)) for part in PARTS}
        return all(now[part] and not now[part] & set(before[part]) for part in PARTS)

    wait_until(all_are_back, of=serving.process, log=log, seconds=180)
    # Opened anew it may be in use, by a part that was started in that moment
    assert "Closing socket tcp" not in log.read_text().split("success: web-", 1)[1]
    serving.wait_until_ready()


def tells_ids_and_keeps_secrets(serving: Serving, page: str, *secrets: str) -> None:
    logs = "".join(path.read_text() for path in (serving.folder / "logs").iterdir())
    for secret in secrets:
        assert secret not in logs + serving.said
    lines = [json.loads(it) for it in logs.splitlines() if it.startswith("{")]
    ended = next(line for line in lines if line["event"] == "attempt_ended")
    assert ended["generation_id"] in page
    assert uuid.UUID(ended["attempt_id"])


@pytest.mark.slow
def test_a_stop_asked_twice_leaves_its_calls_and_killed_parts_come_back(serve):
    first = serve(**ADMIN, DEMO_PACE="60")
    first.wait_until_ready()
    first.sign_in()
    page = running_call(first, "a harbour")
    os.killpg(first.process.pid, signal.SIGINT)
    wait_until(lambda: "Waiting for 1" in first.said)
    assert first.stop() == 0
    assert not first.processes()

    second = serve(**ADMIN, WORKER_BEAT_SECONDS="1", WORKER_LOST_SECONDS="3", SWEEP_SECONDS="1")
    second.wait_until_up()
    second.sign_in()
    wait_until(lambda: second.status(page)["attempts"][0]["status"] == "unconfirmed", seconds=180)
    brings_back_what_is_killed(second)
    leaves_nothing_when_killed(second, "serving.supervision")


def running_call(serving: Serving, prompt: str, **model: str) -> str:
    """Submits a prompt and gives its page once its call counts as sent, later than as running."""
    page = serving.submit(prompt, **model)
    generation = uuid.UUID(page.rstrip("/").rpartition("/")[2])
    wait_until(lambda: is_sent(serving.folder, generation), seconds=180)
    return page


def is_sent(folder: Path, generation: uuid.UUID) -> bool:
    with closing(sqlite3.connect(folder / "proofsheet.sqlite3")) as database:
        asked = "SELECT count(sent_at) FROM generations_attempt WHERE generation_id = ?"
        return bool(database.execute(asked, [generation.hex]).fetchone()[0])


def attempts_in(folder: Path) -> list[str]:
    """What became of the calls, where no site is there to ask."""
    with closing(sqlite3.connect(folder / "proofsheet.sqlite3")) as database:
        found = database.execute("SELECT status FROM generations_attempt ORDER BY id")
        return [status for (status,) in found]


def test_a_port_stays_ours_while_its_part_is_down():
    held = HeldPort("127.0.0.1", 0)
    with socket.socket() as part:
        part.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        part.bind(("127.0.0.1", held.port))
        part.listen()
    with socket.socket() as another, pytest.raises(OSError, match="in use"):
        another.bind(("127.0.0.1", held.port))
    held.give_up()


def test_a_taken_port_stops_the_start(serve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        serving = serve(PORT=port)
        assert serving.process.wait(timeout=30) == 2
    assert serving.said == f"PORT: {port} is taken by another program. Choose another: PORT=8001.\n"


@pytest.mark.slow
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
    assert serving.process.wait(timeout=180) == 2
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
