from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "nennep.meetings"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.meetings.choices import Verb  # noqa: PLC0415

        register_verbs(Verb)
