from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "nennep.room"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.room.choices import Verb  # noqa: PLC0415

        register_verbs(Verb)
