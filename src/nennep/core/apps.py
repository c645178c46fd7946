from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "nennep.core"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out  # noqa: PLC0415  apps must be loaded first
        from django.db.models.signals import pre_save  # noqa: PLC0415
        from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

        from nennep.core.browsers import note_sign_in, note_sign_out  # noqa: PLC0415
        from nennep.core.queue import keep_discreetly  # noqa: PLC0415

        pre_save.connect(keep_discreetly, sender=DBTaskResult)

        user_logged_in.connect(note_sign_in)
        user_logged_out.connect(note_sign_out)
