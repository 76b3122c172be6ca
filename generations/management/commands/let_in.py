"""For the operator, when nobody of the staff gets in any more."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from generations.services.team.passwords import make_password_link
from generations.services.team.second_factor import reset_second_factor


class Command(BaseCommand):
    help = (
        "Prints a link under which a person chooses a new password, and resets their second step "
        "of signing in. For staff who lost both; others are helped on the Team page."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"], is_active=True).first()
        if person is None:
            raise CommandError("Nobody who is active has this user name.")
        reset_second_factor(person=person, by=None)
        path = reverse("new-password", args=make_password_link(person=person, by=None))
        self.stdout.write(f"{settings.PUBLIC_URL or 'http://localhost:8000'}{path}")
