"""Reads settings from the environment; a bad value stops the start with name, fault and cure."""

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ

T = TypeVar("T")
BASE_DIR = Path(__file__).resolve().parent.parent
KEY_FILE = re.compile(r"_(API_KEY|BASE_URL)_FILE$")
SWITCH = {"True": "on", "False": "off"}
# Leaves room for a file name and for the shortest limit, macOS' 104
SOCKET_FOLDER_BYTES = 80

environ.Env.read_env(os.environ.get("ENV_FILE") or BASE_DIR / ".env")


def stop(variable: str, fault: str, cure: str) -> NoReturn:
    """Ends the process with one line that a person can act on."""
    sys.stderr.write(f"{variable}: {fault}. {cure}.\n")
    raise SystemExit(2)


def text(name: str, default: str = "") -> str:
    """A text, or the contents of the file that NAME_FILE names (for mounted secrets)."""
    file = os.environ.get(f"{name}_FILE", "")
    if not file:
        return os.environ.get(name, "").strip() or default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        stop(f"{name}_FILE", f"{file} cannot be read ({error.strerror})", "Name a readable file")


def variables() -> dict[str, str]:
    """All variables as they are, those that stand in files (NAME_FILE) among them."""
    names = [name.removesuffix("_FILE") for name in os.environ if KEY_FILE.search(name)]
    return os.environ | {name: text(name) for name in names}


def _read(name: str, default: T, convert: Callable[[str], T], wanted: str) -> T:
    value = text(name)
    if not value:
        return default
    try:
        return convert(value)
    except ValueError:
        usual = SWITCH.get(str(default), default)
        stop(name, f"“{value}” is not {wanted}", f"Write {wanted}, or leave it empty for {usual}")


def _at_least(minimum: float, value: float) -> None:
    if value < minimum:
        raise ValueError(value)


def whole_number(name: str, default: int, *, minimum: int = 1) -> int:
    def convert(value: str) -> int:
        number = int(value)
        _at_least(minimum, number)
        return number

    return _read(name, default, convert, f"a whole number of at least {minimum}")


def seconds(name: str, default: float, *, minimum: float = 0.1) -> float:
    def convert(value: str) -> float:
        number = float(value)
        _at_least(minimum, number)
        return number

    return _read(name, default, convert, f"a number of seconds of at least {minimum:g}")


def switch(name: str, default: bool) -> bool:
    words = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}

    def convert(value: str) -> bool:
        if value.lower() not in words:
            raise ValueError(value)
        return words[value.lower()]

    return _read(name, default, convert, "on or off")


def words(name: str, default: list[str]) -> list[str]:
    """A list of words, separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def one_of(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in choices:
        stop(name, f"“{value}” is unknown", f"Write one of {', '.join(choices)}")
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        stop(name, f"“{value}” is not a time zone", "Write it like Europe/Berlin")
    return value


def origin(name: str) -> str:
    """Where a site is reached, "https://studio.example.com"; empty when it is not said."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path):
        stop(name, f"“{value}” is not an origin", "Write it like https://studio.example.com")
    return value


def folder(name: str, default: Path) -> Path:
    """A folder that is made when it is not there; must be writable."""
    path = Path(text(name) or default).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(name, f"{path} cannot be made ({error.strerror})", "Name a folder that you may write")
    if not os.access(path, os.W_OK):
        stop(name, f"{path} cannot be written", "Name a folder that you may write")
    return path


def socket_folder(data_dir: Path) -> Path:
    """A folder for socket files, whose paths the system allows about a hundred bytes.

    The data folder where that is short enough; else a private folder for temporary files, the
    same for every process that uses this data folder.
    """
    if len(os.fsencode(data_dir)) <= SOCKET_FOLDER_BYTES:
        return data_dir
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    path = Path("/tmp") / f"proofsheet-{os.getuid()}-{mark}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        stop("DATA_DIR", f"its path is long, and {path} is not ours", "Name a shorter path")
    return path


def secret_key(data_dir: Path) -> str:
    """SECRET_KEY, or a key that is made once and kept in the data folder."""
    if text("SECRET_KEY"):
        return text("SECRET_KEY")
    path = data_dir / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()
