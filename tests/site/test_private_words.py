"""What people say, ask for and are called stays where it was written: driven from the table of addresses.

The trail is read by administrators, who read no member's record and nothing of a meeting; logs, jobs and addresses by whoever
keeps the machine; titles of notices on a locked screen.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.audit.queries import read_trail_page
from nennep.core.errors import DomainError
from nennep.core.fields import TypedField
from nennep.core.http import DiscreetFormatter
from nennep.duties.choices import DutyState
from nennep.duties.services import DutyProgress, report_duty
from nennep.members.models import Member
from nennep.members.services.records import SimilarExists
from nennep.notifications.models import Delivery, Notification
from nennep.organizations.models import Organization
from nennep.petitions.services import confirm_solved
from tests.architecture.test_form_pages import PAGES, _data, _forms, _pages
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.architecture.world import World
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.site.test_sent_twice import _fill

pytestmark = pytest.mark.django_db

TYPED = "Điều chỉ chi bộ biết"
# Whose typed words are private; names of units, accounts and rules are read by those who keep them.
PRIVATE = {"members", "petitions", "duties", "documents", "meetings", "room", "records", "assessments", "visits"}
SPOKEN_OF = sorted(name for name in ROWS if name.partition(":")[0] in PRIVATE | {"reporting"})
# Columns that say where, by which number or which paper, and not what.
FACTS = {"place", "number", "symbol", "issued_by", "phone", "email"}
SHORTEST = 5  # letters: a shorter text is found in any other


@pytest.mark.parametrize("name", SPOKEN_OF)
def test_private_words_stay_where_they_were_written(name: str, world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    went_to = list(_send_all(world, name))
    words = _private_words()
    for place, said in {
        "trail": _said_by(AuditEvent, "target_label", "on_behalf_of", "details"),
        "jobs": _said_by(DBTaskResult, "args_kwargs", "exception_class_path", "traceback"),
        "logs": "\n".join(map(_whole, caplog.records)),
        "lock screens": "\n".join([_said_by(Notification, "title"), _said_by(Delivery, "title")]),
        "addresses": "\n".join([*went_to, _said_by(Notification, "url"), _said_by(Delivery, "url")]),
    }.items():
        assert (place, [word for word in words if word in said]) == (place, [])


def _whole(entry: logging.LogRecord) -> str:
    """As it is written down: with the exception and its chain, and the values that were given beside the sentence."""
    return f"{logging.Formatter().format(entry)}\n{entry.args}\n{getattr(entry, 'msg', '')}"


def _send_all(world: World, name: str) -> Iterator[str]:
    """The button is tapped, or something typed in every form of the page is sent; where each answer leads."""
    if name not in PAGES:
        yield _tap(world, name)
        return
    for client, page in _pages(world, ADDRESSES[name], ROWS[name]):
        for form, address in _forms(page):
            typed = {field: TYPED if value == "Điều vừa gõ" else value for field, value in _fill(form).items()}
            yield client.post(address, _data(form) | typed).headers.get("Location", "")


def _tap(world: World, name: str) -> str:
    row = ROWS[name]
    parts = {part: world.part(thing) for part, thing in row.get("parts", {}).items()}
    data = {field: world.part(thing) for field, thing in row.get("data", {}).items()}
    answer = world.client_of(row.get("insider_is", "insider")).post(reverse(name, kwargs=parts), data)
    return answer.headers.get("Location", "")


def _private_words() -> list[str]:
    models = [model for model in apps.get_models() if model._meta.app_label in PRIVATE]
    columns = [(model, field.name) for model in models for field in model._meta.fields if isinstance(field, TypedField)]
    found = {TYPED} | {
        word
        for model, column in columns
        if column not in FACTS
        for word in model._base_manager.values_list(column, flat=True)
        if word and len(word) >= SHORTEST
    }
    known = {*User.objects.values_list("full_name", flat=True), *Organization.objects.values_list("name", flat=True)}
    return sorted(found - known)


def _said_by(model: Any, *columns: str) -> str:
    return "\n".join(map(str, model._base_manager.values_list(*columns)))


def test_a_log_of_an_error_says_neither_the_row_nor_whom_a_refusal_names() -> None:
    """PostgreSQL shows the whole row that it refuses; a refusal is a sentence for whoever asked."""
    broken = Member(full_name=TYPED, note=TYPED + "\n\n" + TYPED, born_year=-1)
    for act in (broken.save, _refuse):
        error = _fail(act)
        told = logging.LogRecord(
            "nennep", logging.ERROR, "", 0, "Internal Server Error", (), (type(error), error, error.__traceback__)
        )
        for said in (_console().format(told), _keep_failed(error)):
            assert (TYPED in said, "Traceback" in said, type(error).__name__ in said) == (False, True, True)


def _fail(act: Callable[[], object]) -> Exception:
    try:
        with transaction.atomic():
            act()
    except (IntegrityError, DataError, DomainError) as error:
        return error
    raise AssertionError("nothing was refused")


def _keep_failed(error: Exception) -> str:
    """What the queue keeps of a job that ended so, as its worker writes it down."""
    job = DBTaskResult.objects.create(
        task_path="nennep.site.jobs.tick", args_kwargs={"args": [], "kwargs": {}}, run_after=NOW, backend_name="default"
    )
    job.set_failed(error)
    return DBTaskResult.objects.values_list("traceback", flat=True).get(pk=job.pk)


def _refuse() -> None:
    raise SimilarExists(name=TYPED)


def _console() -> logging.Formatter:
    formatter: logging.Formatter = DiscreetFormatter()
    assert f"{type(formatter).__module__}.{type(formatter).__name__}" in str(settings.LOGGING)
    return formatter


@pytest.mark.parametrize(
    ("role", "seen"), [(Role.ADMINISTRATOR, False), (Role.SECRETARY, True)], ids=["administrator", "secretary"]
)
def test_the_trail_names_what_its_reader_may_see(role: Role, world: World, *, seen: bool) -> None:
    """The event itself stands there for both."""
    keeper = make_user()
    grant_role(keeper, role, world.cell)
    secretary = actor_of(world.people["insider"])
    confirm_solved(actor=secretary, petition=world.answered_petition, now=NOW)
    report_duty(actor=secretary, duty=world.duty, progress=DutyProgress(DutyState.DONE), now=NOW)
    (report, solved) = read_trail_page(actor=actor_of(keeper), path=world.cell.path)
    assert (solved.verb, solved.target) == ("xác nhận kiến nghị đã giải quyết", "Sửa cầu treo" if seen else "")
    assert (report.verb, report.target, report.on_behalf_of, report.is_on_behalf) == (
        "báo kết quả nhiệm vụ",
        world.duty.title if seen else "",
        world.member.full_name if seen else "",
        True,
    )
