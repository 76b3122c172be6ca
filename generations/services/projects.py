"""Projects: made, renamed, closed and opened again; a person's own; whether one must be named."""

from typing import Any

from django.utils import timezone

from generations.models import Project, ProjectDefault, ProjectRule


def create_project(*, by: Any, name: str) -> Project:
    """IntegrityError where there is one of this name, in capitals or not."""
    return Project.objects.create(name=name, created_by=by)


def rename_project(*, project: Project, name: str) -> None:
    """The same project under another name, for what was spent before, too."""
    Project.objects.filter(pk=project.pk).update(name=name)


def close_project(*, project: Project) -> None:
    """Nothing new is submitted for it; what is under way ends, and its costs stay its own."""
    Project.objects.filter(pk=project.pk, is_active=True).update(
        is_active=False, closed_at=timezone.now()
    )


def reopen_project(*, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(is_active=True, closed_at=None)


def set_project_default(*, person: Any, project: Project | None) -> None:
    """What the person's composer starts with from now on; None for nothing."""
    if project is None:
        ProjectDefault.objects.filter(person=person).delete()
        return
    ProjectDefault.objects.update_or_create(person=person, defaults={"project": project})


def require_project(*, by: Any, is_required: bool) -> None:
    """From now on a submission must name a project, or need not."""
    ProjectRule.objects.create(is_required=is_required, changed_by=by)


def is_project_required() -> bool:
    latest = ProjectRule.objects.order_by("-pk").first()
    return latest is not None and latest.is_required
