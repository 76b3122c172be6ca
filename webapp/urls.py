from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("generations.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]

handler403 = handler404 = "generations.views.errors.not_found"
