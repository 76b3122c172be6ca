"""Budgets: staff make, change and end them, and let single submissions pass."""

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import staff_required
from generations.forms.budgets import AmountsForm, BudgetForm, PassForm
from generations.models import Budget, BudgetPass
from generations.selectors.budgets import BudgetRow, budget_rows, used_passes, waiting_passes
from generations.services.budgets.budgets import change_budget, create_budget, end_budget
from generations.services.budgets.passes import give_pass, withdraw_pass


@staff_required
@never_cache
@require_http_methods(["GET", "POST"])
def budgets(request: HttpRequest) -> HttpResponse:
    """All in force; a POST makes one."""
    if request.method == "GET":
        return _page(request)
    form = BudgetForm(request.POST)
    if not (form.is_valid() and _create(request, form)):
        return _page(request, new=form, status=422)
    return _to_list()


@staff_required
@never_cache
@require_POST
def budget(request: HttpRequest, budget_id: UUID) -> HttpResponse:
    """Other amounts."""
    row = get_object_or_404(Budget, pk=budget_id, ended_at=None)
    form = AmountsForm(request.POST, budget=row)
    if not form.is_valid():
        return _page(request, changed=form, status=422)
    change_budget(budget=row, by=request.user, **form.cleaned_data)
    return _to_list()


@staff_required
@require_POST
def ending(request: HttpRequest, budget_id: UUID) -> HttpResponse:
    end_budget(budget=get_object_or_404(Budget, pk=budget_id), by=request.user)
    return _to_list()


@staff_required
@never_cache
@require_POST
def passes(request: HttpRequest) -> HttpResponse:
    """Lets a person's next submission pass."""
    form = PassForm(request.POST)
    if not form.is_valid():
        return _page(request, pass_form=form, status=422)
    give_pass(given_by=request.user, **form.cleaned_data)
    return _to_list()


@staff_required
@require_POST
def withdrawal(request: HttpRequest, pass_id: int) -> HttpResponse:
    given = get_object_or_404(BudgetPass.objects.select_related("person"), pk=pass_id)
    withdraw_pass(given=given, by=request.user)
    return _to_list()


def _create(request: HttpRequest, form: BudgetForm) -> bool:
    """False where another press has made the same at this very moment."""
    try:
        with transaction.atomic():
            create_budget(by=request.user, **form.cleaned_data)
    except IntegrityError:
        form.add_error("period", form.taken)
        return False
    return True


def _page(
    request: HttpRequest,
    *,
    new: BudgetForm | None = None,
    changed: AmountsForm | None = None,
    pass_form: PassForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "time_zone": settings.TIME_ZONE,
        "rows": [(row, _form_of(row, changed)) for row in budget_rows()],
        "new": new or BudgetForm(),
        "pass_form": pass_form or PassForm(),
        "waiting_passes": waiting_passes(),
        "used_passes": used_passes(),
    }
    return render(request, "budgets/budgets.html", context, status=status)


def _form_of(row: BudgetRow, changed: AmountsForm | None) -> AmountsForm:
    """As it was sent where it was."""
    if changed is not None and changed.budget == row.budget:
        return changed
    return AmountsForm(budget=row.budget)


def _to_list() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("budgets"), status=303)
