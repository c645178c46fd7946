from django.apps import AppConfig


class ClassificationConfig(AppConfig):
    name = "nennep.classification"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.classification.choices import Verb  # noqa: PLC0415

        register_verbs(Verb)
