from django.contrib.admin.apps import AdminConfig


class StaffConfig(AdminConfig):
    default_site = "webapp.staff.StaffSite"

    def ready(self) -> None:
        super().ready()
        from webapp import second_factor  # noqa: F401  (listens to what becomes of second steps)
