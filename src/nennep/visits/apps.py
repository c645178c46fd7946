from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "nennep.visits"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.core.calendar import register_calendar  # noqa: PLC0415
        from nennep.visits import handlers  # noqa: F401, PLC0415  subscribes
        from nennep.visits.choices import Verb  # noqa: PLC0415
        from nennep.visits.queries.calendar import list_calendar_entries  # noqa: PLC0415

        register_verbs(Verb)
        register_calendar(list_calendar_entries)
