"""Every setting is described, and nothing is described that is no setting."""

import re

import pytest

from tests.support.environment import ROOT
from webapp.env import BASE_DIR

pytestmark = pytest.mark.once
READ = re.compile(r'(?:env\.[a-z_]+|environ\.get|\btext)\(\s*"([A-Z][A-Z0-9_]+)"')
SOURCES = ("webapp", "generations")


def names_that_are_read() -> set[str]:
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    names = {name for path in files for name in READ.findall(path.read_text())}
    known = {f"{it}_{end}" for it in ("AIHUBMIX", "OPENAI") for end in ("API_KEY", "BASE_URL")}
    compose = re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())
    return names | known | set(compose)


def names_in_options() -> set[str]:
    text = (BASE_DIR / "docs" / "options.md").read_text().partition("## Tests")[0]
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", text, re.M))


def names_in_example() -> set[str]:
    return set(re.findall(r"^#([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M))


def test_every_setting_is_described():
    assert names_in_options() == names_that_are_read()


def test_the_example_file_names_every_setting():
    assert names_in_example() == names_in_options()
