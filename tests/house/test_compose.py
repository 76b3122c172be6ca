"""docker-compose.yml and the Dockerfile: what they say is so, and their commands run."""

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.contrib.auth.models import User

from generations.models import Generation
from tests.factories import submit
from tests.support.environment import ROOT
from tests.support.processes import accepts, free_port, process, python, wait_until
from tests.support.site import database_url

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("prepare", "web", "worker", "beat")


@pytest.mark.once
def test_the_services_are_there():
    assert set(SERVICES) == {*OURS, "redis", "postgres"}


@pytest.mark.once
@pytest.mark.parametrize("name", ["web", "worker", "redis", "postgres"])
def test_docker_sees_whether_a_service_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.once
@pytest.mark.parametrize("name", SERVICES)
def test_each_service_waits_for_services_that_exist(name):
    for other, condition in SERVICES[name].get("depends_on", {}).items():
        is_well = condition["condition"] == "service_healthy"
        assert other in SERVICES
        assert "healthcheck" in SERVICES[other] or not is_well


@pytest.mark.once
@pytest.mark.parametrize("name", OURS)
def test_our_services_may_do_little(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert re.search(r"^USER (?!root)", (ROOT / "Dockerfile").read_text(), re.M)


@pytest.mark.once
def test_no_secret_stands_in_the_file():
    for line in (ROOT / "docker-compose.yml").read_text().splitlines():
        if re.search("PASSWORD|SECRET|KEY", line):
            assert "${POSTGRES_PASSWORD:?" in line


@pytest.mark.once
def test_volumes_are_declared():
    used = {it.split(":")[0] for service in SERVICES.values() for it in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


@pytest.mark.once
def test_the_image_holds_what_the_commands_need():
    copied = re.findall(r"^COPY (\S+) ", (ROOT / "Dockerfile").read_text(), re.M)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{name.rstrip('/')}" for name in copied} <= set(ignored)
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.slow
@pytest.mark.team
@pytest.mark.django_db(transaction=True)
def test_the_commands_bring_a_prompt_to_its_pictures(boss: User, demo: Any, tmp_path: Path):
    """Each service's own command, side by side, on the test database and its Redis."""
    port = free_port()
    environment = {
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(tmp_path / "data"),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DEMO_BASE_URL": demo.base_url,
        "STATIC_HASHED": "off",
    }
    with ExitStack() as stack:

        def start(name: str) -> Any:
            log = tmp_path / f"{name}.log"
            line = [it.replace("0.0.0.0", "127.0.0.1") for it in SERVICES[name]["command"]]
            line = [str(port) if it == "8000" else it for it in line]
            line = line[1:] if line[0] == "python" else ["-m", *line]
            return stack.enter_context(process(python(*line), log=log, environment=environment))

        assert start("prepare").wait(timeout=60) == 0
        web, worker, beat = start("web"), start("worker"), start("beat")
        wait_until(lambda: accepts(port), of=web, log=tmp_path / "web.log", seconds=180)
        generation = submit(boss)
        wait_until(
            lambda: Generation.objects.get(pk=generation.pk).status == "succeeded",
            of=worker,
            log=tmp_path / "worker.log",
            seconds=180,
        )
        assert beat.poll() is None
