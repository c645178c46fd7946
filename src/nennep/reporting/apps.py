from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "nennep.reporting"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.reporting.choices import Verb  # noqa: PLC0415

        register_verbs(Verb)
