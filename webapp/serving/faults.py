"""What stops a start, each as one line: the variable, the fault, the cure."""

import errno
import fcntl
from pathlib import Path
from typing import IO, Any

import redis
from django.conf import settings
from django.core import checks
from django.db import connection

from webapp.serving.ports import HeldPort


class Fault(Exception):
    """Something a person has to change before the start can go on."""

    def __init__(self, variable: str, fault: str, cure: str) -> None:
        super().__init__(f"{variable}: {fault}. {cure}.")


class SettingsFault(Fault):
    """What the system checks found, one line each."""

    def __init__(self, errors: list[checks.CheckMessage]) -> None:
        lines = [". ".join(filter(None, (it.msg, it.hint, it.id))) for it in errors]
        Exception.__init__(self, "\n".join(lines))


def check_settings() -> None:
    """Whatever Django and we find wrong in the settings."""
    errors = [it for it in checks.run_checks() if it.level >= checks.ERROR]
    if errors:
        raise SettingsFault(errors)


def lock_data_folder(folder: Path) -> IO[str]:
    """Takes the data folder for this process alone, for as long as the file stays open."""
    try:
        lock = (folder / "serve.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Fault(
            "DATA_DIR",
            f"{folder} is in use by another start",
            "Stop that one, or name another folder",
        ) from None
    except OSError as error:
        raise Fault(
            "DATA_DIR", f"{folder} cannot be written ({error.strerror})", "Name another folder"
        ) from None
    return lock


def take_address(host: str, port: int) -> HeldPort:
    """The address must be ours and free."""
    if ":" in host:
        raise Fault("HOST", f"“{host}” is not an IPv4 address", "Write 127.0.0.1 or 0.0.0.0")
    try:
        return HeldPort(host, port)
    except OverflowError:
        raise Fault("PORT", f"{port} is not a port", "Write a number from 1 to 65535") from None
    except OSError as error:
        raise _address_fault(error, host, port) from None


def _address_fault(error: OSError, host: str, port: int) -> Fault:
    if error.errno == errno.EADDRINUSE:
        return Fault("PORT", f"{port} is taken by another program", "Choose another: PORT=8001")
    if error.errno == errno.EACCES:
        return Fault("PORT", f"{port} is not allowed to you", "Choose one above 1023: PORT=8000")
    return Fault(
        "HOST", f"“{host}” is not an address of this machine", "Write 127.0.0.1 or 0.0.0.0"
    )


def check_database() -> None:
    """The database must answer; asked without the pool, which would go on asking."""
    facts = connection.get_connection_params()
    facts.pop("pool", None)
    is_postgres = connection.vendor == "postgresql"
    driver: Any = connection.Database  # type: ignore[attr-defined]
    try:
        driver.connect(**facts | ({"connect_timeout": 5} if is_postgres else {})).close()
    except driver.Error as error:
        variable = "DATABASE_URL" if is_postgres else "DATA_DIR"
        cure = "Start it, or correct the address" if is_postgres else "Look at the folder"
        fault = f"the database does not answer ({_short(error)})"
        raise Fault(variable, fault, cure) from None


def check_redis() -> None:
    """A Redis that was named must answer; the embedded one starts later."""
    if settings.REDIS_IS_EMBEDDED:
        return
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        cure = "Start it, correct the address, or leave it empty for the embedded server"
        raise Fault("REDIS_URL", f"it does not answer ({_short(error)})", cure) from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
