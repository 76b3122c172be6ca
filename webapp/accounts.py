"""How people get in and out: accounts come from staff, and the audit log knows who signs in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from generations.models.audit_actions import Action
from generations.services import audit
from generations.services.team.sessions import end_sessions
from generations.views.client_address import client_address


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Where passwords are off, neither they nor what stands beside them lets anybody in."""
        methods = {one["method"] for one in get_authentication_records(request, user)}
        if not settings.PASSWORD_SIGN_IN and methods and "socialaccount" not in methods:
            messages.error(request, _("Passwords are off here. Sign in through your provider."))
            return redirect("account_login")
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        methods = [record["method"] for record in get_authentication_records(request, user)]
        audit.record(
            actor=user,
            action=Action.SIGNED_IN,
            subject=audit.about(user),
            details={"method": ", ".join(dict.fromkeys(methods))} if methods else {},
            address=client_address(request),
        )

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever it was is not known; what was typed is not kept, for it may be a password."""
        person = _person_of(credentials)
        audit.record(
            actor=None,
            action=Action.SIGN_IN_FAILED,
            subject=audit.about(person) if person else None,
            address=client_address(request),
        )

    def logout(self, request: HttpRequest) -> None:
        audit.record(
            actor=request.user,
            action=Action.SIGNED_OUT,
            subject=audit.about(request.user),  # type: ignore[arg-type]
            address=client_address(request),
        )
        super().logout(request)

    @transaction.atomic
    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        end_sessions(person=user, but=self.request.session.session_key)
        audit.record(
            actor=user,
            action=Action.PASSWORD_CHANGED,
            subject=audit.about(user),
            address=client_address(self.request),
        )


def _person_of(credentials: dict[str, Any]) -> User | None:
    name = credentials.get("username") or credentials.get("email") or ""
    return User.objects.filter(Q(username=name) | Q(email__iexact=name)).first() if name else None
