from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "nennep.members"

    def ready(self) -> None:
        from nennep.audit.choices import register_verbs  # noqa: PLC0415  apps must be loaded first
        from nennep.members import handlers  # noqa: F401, PLC0415  subscribes
        from nennep.members.choices import Verb  # noqa: PLC0415
        from nennep.members.queries import count_residents  # noqa: PLC0415
        from nennep.organizations.services import register_resident_count  # noqa: PLC0415

        register_verbs(Verb)
        register_resident_count(count_residents)
