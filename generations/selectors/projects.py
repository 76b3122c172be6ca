"""The projects that a person may submit for, and the one that the composer starts with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generations.models import Project, ProjectDefault, ProjectRule


@dataclass(frozen=True)
class ProjectChoices:
    """Open projects by name; `default` is a person's own; `is_required`: one must be named."""

    projects: Sequence[Project] = ()
    default: str = ""
    is_required: bool = False

    def named(self, name: object) -> Project | None:
        """The open project of this id."""
        return next((project for project in self.projects if str(project.pk) == str(name)), None)


def project_choices(user: Any) -> ProjectChoices:
    """Of one query where there are no projects."""
    projects = list(Project.objects.filter(is_active=True))
    if not projects:
        return ProjectChoices()
    default = ProjectDefault.objects.filter(person=user.pk, project__is_active=True).first()
    return ProjectChoices(
        projects, str(default.project_id) if default else "", is_project_required()
    )


def is_project_required() -> bool:
    latest = ProjectRule.objects.order_by("-pk").first()
    return latest is not None and latest.is_required


def projects_to_choose() -> list[tuple[str, str]]:
    """Every project, closed ones too, for filters."""
    return [(str(project.pk), project.name) for project in Project.objects.all()]
