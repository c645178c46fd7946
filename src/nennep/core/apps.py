from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "nennep.core"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out  # noqa: PLC0415  apps must be loaded first

        from nennep.core.browsers import note_sign_in, note_sign_out  # noqa: PLC0415

        user_logged_in.connect(note_sign_in)
        user_logged_out.connect(note_sign_out)
