from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "nennep.planning"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.planning.choices import Verb  # noqa: PLC0415

        register_verbs(Verb)
