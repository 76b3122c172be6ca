"""Writes the audit log; the only place that does."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from generations.models import AuditEntry
from generations.models.audit_actions import Action
from generations.services.search_text import fold

# What may never be written down, by whatever name it comes
SECRET = re.compile(r"password|secret|token|api_key|recovery|cookie", re.IGNORECASE)
LONGEST_TEXT = 400
LONGEST_LABEL = 200


@dataclass(frozen=True)
class Subject:
    """What something was done to: `kind` is a model's name, `label` how people call the row."""

    kind: str
    id: str = ""
    label: str = ""


def about(row: Model, label: str = "") -> Subject:
    """A row as the subject; without a label it is called as it calls itself."""
    return Subject(row._meta.model_name or "", str(row.pk), label or _name_of(row))


def record(
    *,
    actor: Any,
    action: Action,
    subject: Subject | None = None,
    details: Mapping[str, Any] | None = None,
    address: str | None = None,
) -> AuditEntry:
    """Writes one line, in the transaction of what it tells of.

    `actor` is the person, None for nobody who is known or Proofsheet itself; `details` are plain
    values by name, or a pair [before, after]; `address` is where a request came from. Raises
    ValueError for a detail that is a secret by its name.
    """
    entry = _entry(actor, action, subject or Subject(""), details or {})
    entry.address = address
    entry.search_text = f"{entry.search_text} {address or ''}"
    entry.save()
    return entry


def record_each(*, actor: Any, action: Action, subjects: Iterable[Subject]) -> None:
    """Writes one line for each subject, all in one query."""
    AuditEntry.objects.bulk_create(_entry(actor, action, subject, {}) for subject in subjects)


def _entry(actor: Any, action: Action, subject: Subject, details: Mapping[str, Any]) -> AuditEntry:
    for name in details:
        if SECRET.search(name):
            raise ValueError(f"The audit log keeps no secrets: {name}")
    kept = {name: _plain(value) for name, value in details.items()}
    words = [subject.label, "" if actor is None else _name_of(actor), *map(str, kept.values())]
    return AuditEntry(
        actor=actor if actor is not None and actor.pk else None,
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_label=_text(subject.label)[:LONGEST_LABEL],
        details=kept,
        search_text=fold(" ".join(words)),
    )


def _plain(value: Any) -> Any:
    """What JSON can hold, and no book."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return _text(value)[:LONGEST_TEXT]


def _name_of(row: Any) -> str:
    full_name = getattr(row, "get_full_name", None)
    return (full_name() if full_name else "") or str(row)


def _text(value: Any) -> str:
    # PostgreSQL keeps no NUL, whoever may have sent it
    return str(value).replace("\0", "")
