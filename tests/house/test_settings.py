"""Settings: a bad one stops the start with one line that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import checks

from tests.support.environment import ROOT

pytestmark = pytest.mark.once
CHECK = [sys.executable, "manage.py", "check"]


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as a person with these variables would, without our own test settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DATA_DIR") if name in os.environ}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=kept | {"ENV_FILE": os.devnull} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "value", "cure"),
    [
        ("DEBUG", "yes", "Write on or off"),
        ("DATABASE_URL", "mysql://host/name", "Write postgres://"),
        ("PUBLIC_URL", "studio.example.com", "https://studio.example.com"),
        ("TIME_ZONE", "Mars", "Europe/Berlin"),
        ("WORKER_CONCURRENCY", "many", "Write a whole number"),
        ("SWEEP_SECONDS", "0", "Write a number of seconds"),
        ("LOG_FORMAT", "xml", "console, json"),
        ("DATA_DIR", "/proc/nowhere", "Name a folder"),
        ("AIHUBMIX_API_KEY", "two words", "Copy the key again"),
        ("EMAIL_URL", "mail.example.com", "Write smtp+tls://"),
    ],
)
def test_a_bad_value_stops_the_start(variable, value, cure):
    done = run(CHECK, **{variable: value})
    assert done.returncode == 2
    assert done.stderr.startswith(f"{variable}: ")
    assert cure in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_secret_may_stand_in_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("two words\n")
    done = run(CHECK, AIHUBMIX_API_KEY_FILE=str(secret))
    assert done.stderr.startswith("AIHUBMIX_API_KEY: ")


def test_a_file_of_settings_is_read(tmp_path):
    file = tmp_path / "settings.env"
    file.write_text("LOG_FORMAT=xml\n")
    assert run(CHECK, ENV_FILE=str(file)).stderr.startswith("LOG_FORMAT: ")


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("PROVIDER_DEADLINE_SECONDS", 6000, "generations.E001"),
        ("CELERY_TASK_TIME_LIMIT", 7200, "generations.E001"),
        ("PROVIDER_IDLE_SECONDS", 900, "generations.E002"),
        ("WORKER_LOST_SECONDS", 20, "generations.E003"),
    ],
)
def test_times_that_do_not_fit_together_are_errors(settings, name, value, error):
    assert not [it for it in checks.run_checks() if it.level >= checks.ERROR]
    setattr(settings, name, value)
    assert error in [it.id for it in checks.run_checks()]


def test_a_long_data_folder_gets_a_short_place_for_sockets(tmp_path):
    long = tmp_path / ("long" * 30)
    code = "from webapp.settings import REDIS_SOCKET as s; print(s); print(s.parent.stat().st_mode)"
    done = run([sys.executable, "-c", code], DATA_DIR=str(long))
    path, mode = done.stdout.split()
    assert len(path) < 100
    assert int(mode) & 0o077 == 0
    Path(path).parent.rmdir()


def test_web_processes_do_not_load_the_provider_client():
    code = "import webapp.asgi, webapp.urls, sys; sys.exit('openai' in sys.modules)"
    assert run([sys.executable, "-c", code]).returncode == 0
