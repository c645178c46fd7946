from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "nennep.members"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.members.choices import Verb  # noqa: PLC0415

        register_verbs(Verb)
