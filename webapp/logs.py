"""Structured logs: one line an event, with generation and attempt ids, never keys or prompts."""

import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


# Said so often, or so much, that it would hide what matters
QUIET = {
    # Libraries that print request bodies or one line a request
    "openai": "WARNING",
    "httpx2": "WARNING",
    "httpcore2": "WARNING",
    # Whoever scans the net would fill the disk with tracebacks
    "django.security.DisallowedHost": "CRITICAL",
    # It warns of each tab that is closed
    "django_structlog": "ERROR",
    # Two lines for each ring of the doorbell, which say nothing of what was done
    "celery.worker.strategy": "WARNING",
    "celery.app.trace": "WARNING",
}


class NoErrors(logging.Filter):
    """Lets through what is no error."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.ERROR


def logging_config(*, level: str, form: str, secrets: Iterable[str]) -> dict[str, Any]:
    """The LOGGING setting, and structlog set up to go the same way; secrets never get out."""
    _configure_structlog()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "main": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": _renderer(form, sorted(secrets, key=len, reverse=True)),
                "foreign_pre_chain": SHARED,
            }
        },
        "filters": {"no_errors": {"()": NoErrors}},
        "handlers": {
            # What a person must see goes to standard error, all else to standard output
            "main": {
                "class": "logging.StreamHandler",
                "formatter": "main",
                "stream": "ext://sys.stdout",
                "filters": ["no_errors"],
            },
            "errors": {"class": "logging.StreamHandler", "formatter": "main", "level": "ERROR"},
        },
        "root": {"handlers": ["main", "errors"], "level": level},
        "loggers": {name: {"level": least} for name, least in QUIET.items()},
    }


def _configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


# Whoever reads an address of a share link can open it
SHARED_LINK = re.compile(r"(/s/)[\w-]{16,}")


def _renderer(form: str, secrets: Sequence[str]) -> Any:
    if form == "json":
        render: Any = structlog.processors.JSONRenderer()
    else:
        render = structlog.dev.ConsoleRenderer(colors=False)

    def render_without_secrets(*event: Any) -> str:
        line = str(render(*event))
        for secret in secrets:
            line = line.replace(secret, "[secret]")
        return SHARED_LINK.sub(r"\1[token]", line)

    return render_without_secrets
