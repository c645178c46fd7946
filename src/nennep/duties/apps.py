from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "nennep.duties"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.duties.choices import Verb  # noqa: PLC0415

        register_verbs(Verb)
