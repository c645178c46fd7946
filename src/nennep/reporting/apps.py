from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "nennep.reporting"

    def ready(self) -> None:
        import nennep.reporting.handlers  # noqa: F401, PLC0415  (subscribes; models must be loaded first)
