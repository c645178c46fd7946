from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "nennep.visits"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.visits.choices import Verb  # noqa: PLC0415

        register_verbs(Verb)
