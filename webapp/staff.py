"""The staff pages: Django's admin behind our own sign-in, invisible to members."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _


class StaffSite(AdminSite):
    site_title = "Proofsheet"
    site_header = "Proofsheet"
    index_title = _("Staff")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guests sign in first; for members the staff pages are not there."""
        checked = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            return checked(request, *args, **kwargs)

        return update_wrapper(guarded, checked)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The product's own page: it signs out other browsers, and the audit log says it."""
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The one sign-in page of the product, and back to where the person was going."""
        wanted = request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
        place = wanted if is_ours else reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(place)
        if not self.has_permission(request):
            raise Http404
        return redirect(place)
