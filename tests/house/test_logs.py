"""What is written to the logs, and where."""

import json
import logging

import pytest

from webapp.logs import logging_config

pytestmark = pytest.mark.once


def formatted(form: str, message: str) -> str:
    config = logging_config(level="INFO", form=form, secrets=["sk-key", "sk-key-longer"])
    facts = dict(config["formatters"]["main"])
    formatter = facts.pop("()")(**facts)
    return str(formatter.format(logging.makeLogRecord({"msg": message, "levelname": "INFO"})))


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_key_never_gets_into_a_log(form):
    line = formatted(form, "refused: sk-key-longer and sk-key")
    assert "sk-key" not in line
    assert "refused: [secret] and [secret]" in line


def test_json_lines_are_json():
    assert json.loads(formatted("json", "hello"))["event"] == "hello"


@pytest.mark.parametrize("form", ["console", "json"])
def test_the_address_of_a_share_link_never_gets_into_a_log(form):
    line = formatted(form, "Forbidden: /s/EZoN0-q_vU3Jm2pXw9sYbK1tRcDfGhLi/pictures/1/")
    assert "Forbidden: /s/[token]/pictures/1/" in line
