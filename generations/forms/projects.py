"""The project of a submission, and the small forms of the pages of projects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.rows import RowField
from generations.models import Generation, Project, ProjectDefault
from generations.services.projects import is_project_required

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class ProjectChoices:
    """The open projects by name; `default` is a person's own; `is_required`: one must be named."""

    projects: Sequence[Project] = ()
    default: str = ""
    is_required: bool = False

    def chosen(self, raw: Raw) -> str:
        """The id that is chosen: as sent, or the person's own where nothing was said."""
        asked = raw.get("project")
        return self.default if asked is None else str(asked)

    def named(self, raw: Raw) -> Project | None:
        chosen = self.chosen(raw)
        return next((project for project in self.projects if str(project.pk) == chosen), None)

    def fault(self, raw: Raw) -> str:
        """What has to change; empty where nothing has."""
        if self.named(raw) is not None:
            return ""
        if self.chosen(raw):
            return _("This project is closed, or not known here. Choose another.")
        if self.is_required and self.projects:
            return _("Choose the project that this is for.")
        return ""


def project_choices(user: Any) -> ProjectChoices:
    """What a person may submit for; one query where there are no projects."""
    projects = list(Project.objects.filter(is_active=True))
    if not projects:
        return ProjectChoices()
    mine = ProjectDefault.objects.filter(person=user.pk, project__is_active=True).first()
    default = str(mine.project_id) if mine else ""
    return ProjectChoices(projects, default, is_project_required())


class ProjectForm(forms.Form):
    """A name, new among all projects, whatever its capitals."""

    name = forms.CharField(
        max_length=80,
        label=gettext_lazy("Name"),
        error_messages={
            "required": gettext_lazy("Give the project a name."),
            "max_length": gettext_lazy("Use 80 characters at most."),
            "null_characters_not_allowed": gettext_lazy("Type the name afresh."),
        },
    )

    taken = gettext_lazy("There is a project of this name already. Choose another name.")

    def __init__(self, data: Any = None, *, project: Project | None = None) -> None:
        initial = {"name": project.name} if project else {}
        super().__init__(data, initial=initial, auto_id=f"{project.pk if project else 'new'}-%s")
        self.project = project

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Project.objects.filter(name__iexact=name)
        if self.project:
            others = others.exclude(pk=self.project.pk)
        if others.exists():
            raise forms.ValidationError(self.taken)
        return name


class ProjectField(RowField):
    """An open project, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Project.objects.filter(is_active=True),
            required=False,
            label=gettext_lazy("Project"),
            empty_label=gettext_lazy("No project"),
            error_messages={
                "invalid_choice": gettext_lazy(
                    "This project is closed, or not known here. Choose another."
                )
            },
            **kwargs,
        )

    def keep(self, project_id: Any) -> None:
        """One that was chosen before may stay when it is closed."""
        if project_id is not None:
            self.queryset = Project.objects.filter(Q(is_active=True) | Q(pk=project_id))


class WithProject(forms.Form):
    """A form with a project where there are any; one that says nothing of it leaves it."""

    project = ProjectField()

    def start_with(self, project_id: Any) -> None:
        self.kept = project_id
        self.initial.setdefault("project", project_id)
        field = self.fields["project"]
        assert isinstance(field, ProjectField)
        field.keep(project_id)

    @property
    def has_projects(self) -> bool:
        return len(self["project"].subwidgets) > 1

    def clean_project(self) -> Project | None:
        if "project" not in self.data and self.kept is not None:
            return Project.objects.filter(pk=self.kept).first()
        chosen: Project | None = self.cleaned_data["project"]
        return chosen


class GenerationProjectForm(WithProject):
    """For which project counts what a generation costs from now on."""

    def __init__(self, data: Any = None, *, generation: Generation) -> None:
        super().__init__(data)
        self.start_with(generation.project_id)

    def clean_project(self) -> Project | None:
        project = super().clean_project()
        if project is None and is_project_required():
            raise forms.ValidationError(_("Choose the project that this is for."))
        return project


class PersonField(RowField):
    """Anybody who may sign in, by name."""

    def __init__(self, **kwargs: Any) -> None:
        people = get_user_model().objects.filter(is_active=True)
        super().__init__(
            people.order_by("first_name", "last_name", "username"),
            label=gettext_lazy("Person"),
            empty_label=None,
            error_messages={
                "required": gettext_lazy("Choose a person."),
                "invalid_choice": gettext_lazy("This person is not known here."),
            },
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name() or obj.get_username())


class OwnDefaultForm(forms.Form):
    project = ProjectField()


class DefaultForm(OwnDefaultForm):
    """Whose composer starts with what."""

    person = PersonField()
