"""Projects: made, renamed, closed and opened again; a person's own; whether one must be named."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from generations.models import Generation, Project, ProjectDefault, ProjectRule
from generations.models.audit_actions import Action
from generations.services import audit


@transaction.atomic
def create_project(*, by: Any, name: str) -> Project:
    """IntegrityError where there is one of this name, in capitals or not."""
    made = Project.objects.create(name=name, created_by=by)
    _record(by, Action.PROJECT_MADE, made)
    return made


@transaction.atomic
def rename_project(*, project: Project, name: str, by: Any) -> None:
    """The same project under another name, for what was spent before, too."""
    if Project.objects.filter(pk=project.pk).exclude(name=name).update(name=name):
        _record(by, Action.PROJECT_RENAMED, project, {"name": [project.name, name]})


@transaction.atomic
def close_project(*, project: Project, by: Any) -> None:
    """Nothing new is submitted for it; what is under way ends, and its costs stay its own."""
    is_open = Project.objects.filter(pk=project.pk, is_active=True)
    if is_open.update(is_active=False, closed_at=timezone.now()):
        _record(by, Action.PROJECT_CLOSED, project)


@transaction.atomic
def reopen_project(*, project: Project, by: Any) -> None:
    is_closed = Project.objects.filter(pk=project.pk, is_active=False)
    if is_closed.update(is_active=True, closed_at=None):
        _record(by, Action.PROJECT_REOPENED, project)


@transaction.atomic
def set_project_default(*, person: Any, project: Project | None, by: Any) -> None:
    """What the person's composer starts with from now on; None for nothing."""
    if project is None:
        ProjectDefault.objects.filter(person=person).delete()
    else:
        ProjectDefault.objects.update_or_create(person=person, defaults={"project": project})
    if by != person:
        audit.record(
            actor=by,
            action=Action.PROJECT_DEFAULT_SET,
            subject=audit.about(person),
            details={"project": project.name if project else ""},
        )


@transaction.atomic
def require_project(*, by: Any, is_required: bool) -> None:
    """From now on a submission must name a project, or need not."""
    audit.record(actor=by, action=Action.PROJECT_RULE_SET, details={"is_required": is_required})
    ProjectRule.objects.create(is_required=is_required, changed_by=by)


def is_project_required() -> bool:
    latest = ProjectRule.objects.order_by("-pk").first()
    return latest is not None and latest.is_required


def must_name_project() -> bool:
    """Whether what is submitted now needs a project: it is the rule, and there is one to name."""
    return is_project_required() and Project.objects.filter(is_active=True).exists()


@transaction.atomic
def change_project_of(*, generation: Generation, project: Project | None, by: Any) -> None:
    """Counts what a generation costs from now on for another project, or for none.

    What is booked or on its way stays with the project for which it was asked.
    """
    current = Generation.objects.select_for_update().get(pk=generation.pk)
    if current.project == project:
        return
    before, current.project = current.project, project
    current.save(update_fields=["project"])
    names = [it.name if it else "" for it in (before, project)]
    subject = audit.about(current)
    audit.record(
        actor=by,
        action=Action.GENERATION_PROJECT_CHANGED,
        subject=subject,
        details={"project": names},
    )


def _record(
    by: Any, action: Action, project: Project, details: Mapping[str, Any] | None = None
) -> None:
    subject = audit.about(project, project.name)
    audit.record(actor=by, action=action, subject=subject, details=details)
