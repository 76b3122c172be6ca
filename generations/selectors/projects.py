"""What the pages of projects list, and what filters offer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from generations.models import Project, ProjectDefault


@dataclass(frozen=True)
class ProjectList:
    open: Sequence[Project]
    closed: Sequence[Project]


def project_list() -> ProjectList:
    projects = list(Project.objects.all())
    return ProjectList(
        open=[project for project in projects if project.is_active],
        closed=[project for project in projects if not project.is_active],
    )


def project_defaults() -> QuerySet[ProjectDefault]:
    """Whose composer starts with which open project, by the person's name."""
    rows = ProjectDefault.objects.filter(project__is_active=True)
    return rows.select_related("person", "project").order_by(
        "person__first_name", "person__last_name", "person__username"
    )


def projects_to_choose() -> list[tuple[str, str]]:
    """Every project, closed ones too, for filters."""
    return [(str(project.pk), project.name) for project in Project.objects.all()]
