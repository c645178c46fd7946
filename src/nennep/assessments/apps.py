from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "nennep.assessments"

    def ready(self) -> None:
        from nennep.assessments.choices import Verb  # noqa: PLC0415  apps must be loaded first
        from nennep.audit.choices import register_verbs  # noqa: PLC0415

        register_verbs(Verb)
