"""Work of members in the background."""

from django_tasks import task

from nennep.accounts.queries import get_actor
from nennep.core import clock
from nennep.members import services
from nennep.members.queries.import_files import find_queued_file


@task()
def write_import_file(*, file_id: int) -> None:
    """Write a large upload with the rights that its uploader has now."""
    file = find_queued_file(file_id=file_id)
    if file is not None:
        actor = get_actor(user_id=file.uploaded_by_id, today=clock.today())
        services.write_queued_file(actor=actor, file=file, now=clock.now())
