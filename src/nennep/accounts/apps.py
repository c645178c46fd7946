from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "nennep.accounts"

    def ready(self) -> None:
        from nennep.accounts.choices import Verb  # noqa: PLC0415  apps must be loaded first
        from nennep.audit.choices import register_verbs  # noqa: PLC0415

        register_verbs(Verb)
