from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "nennep.accounts"

    def ready(self) -> None:
        from nennep.accounts.choices import Verb  # noqa: PLC0415  apps must be loaded first
        from nennep.accounts.services import rotate_second_factors  # noqa: PLC0415
        from nennep.audit.choices import register_verbs  # noqa: PLC0415
        from nennep.core.access import Actor  # noqa: PLC0415
        from nennep.core.crypto import register_rotation  # noqa: PLC0415

        register_verbs(Verb)
        register_rotation(lambda: rotate_second_factors(actor=Actor.system()))
