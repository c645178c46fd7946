from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "nennep.meetings"

    def ready(self) -> None:
        import nennep.meetings.handlers  # noqa: F401, PLC0415  subscribes; models must be loaded first
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.core.calendar import register_calendar  # noqa: PLC0415
        from nennep.meetings.choices import Verb  # noqa: PLC0415
        from nennep.meetings.queries.calendar import list_calendar_entries  # noqa: PLC0415

        register_verbs(Verb)
        register_calendar(list_calendar_entries)
