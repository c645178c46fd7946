"""What an installation gets that is upgraded: the database of a former commit, with its demonstration, under this program.

`python -m tools.upgrade_data` made it with that commit's own program, and noted what it says: 56 meetings of four cells in
thirteen months. Each run migrates it once, as `nennep serve` does; what a test writes is rolled back.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.models import Max, ProtectedError, Q
from django.test import Client, override_settings
from django.urls import resolve, reverse
from docx import Document
from pytest_django import DjangoDbBlocker
from tools.upgrade_data import ENCRYPTION_KEY

from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core import crypto
from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.frozen import hash_content
from nennep.core.periods import Month
from nennep.core.tables import has_pending_migrations
from nennep.core.text import name_sort_key
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.members.services.merging import merge_members
from nennep.notifications.models import Notification
from nennep.records.models import MinutesVersion, Resolution
from nennep.reporting.models import CellMonth, UnitMonth
from nennep.reporting.services import fold_figures, rebuild_figures
from nennep.room.models import Guest, Remark, ReservedOpinion, RollCallEntry, SecretBallot, Speech, TellerCount, Vote
from nennep.room.services.votes import remove_vote
from nennep.site.daily import DayWork, run_day
from tests.factories.core import VIETNAM
from tests.old_database import Rows, Shape, count_rows, old_database, read_facts, read_rows, read_shape

COMMIT = "ea92def"  # before the room and the records left `meetings` (docs/adr/0024)
FACTS = read_facts(COMMIT)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=VIETNAM)
NAM_CHA = "LB-LC-12"
MOVED = (
    *(Guest, Remark, ReservedOpinion, RollCallEntry, SecretBallot, Speech, TellerCount, Vote),
    *(MinutesVersion, Resolution),
)
# Tables that an upgrade writes to. Whoever changes rows of others by a migration names them here.
WRITTEN = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"} | {
    "policies_policyrule",  # policies.0002: lines of the delivered score sheets say the fact they are about
    *("petitions_petition", "petitions_petitionstep"),  # petitions.0004: the steps say how their clock was counted
    *("reporting_cellmonth", "reporting_unitmonth"),  # reporting.0003: tasks are counted by how their month ended
}
# Counted anew, by how a month ended: what was done late counts no longer as done.
RECOUNTED = {"tasks_done", "tasks_late", "tasks_postponed"}
# Rows that the first daily work counts again from the records, as `test_figures_are_what_they_were` compares.
COUNTED_ANEW = {"reporting_cellmonth", "reporting_unitmonth"}
# What migrations compute anew from the other columns of the row.
DERIVED = {
    ("members_member", "name_key"),
    *(
        ("audit_auditevent", column) for column in ("target_label", "on_behalf_of", "details")
    ),  # without words of people
}


@dataclass(frozen=True)
class Upgrade:
    """Every row as the former program left it, and the tables of an installation that is new today."""

    rows: dict[str, Rows]
    new_shape: Shape


@pytest.fixture(scope="module")
def upgrade(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgrade]:
    folder = tmp_path_factory.mktemp("old")
    (folder / "encryption.keys").write_bytes(ENCRYPTION_KEY)
    with ExitStack() as stack:
        stack.enter_context(override_settings(NENNEP_SECRETS_DIR=folder))
        stack.callback(crypto.forget_keys)
        crypto.forget_keys()
        stack.enter_context(django_db_blocker.unblock())
        new_shape = read_shape()
        stack.enter_context(old_database(COMMIT, folder))
        rows = read_rows()
        call_command("migrate", verbosity=0, interactive=False)
        yield Upgrade(rows, new_shape)


@pytest.fixture(autouse=True)
def _on_that_day(upgrade: Upgrade, db: None, settings: Any, fixed_clock: datetime) -> None:
    settings.NENNEP_CLOCK = NOW


def find_last_meeting() -> Meeting:
    return MinutesVersion.objects.get(meeting__organization__code=NAM_CHA, number=2).meeting


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


# ── the tables ────────────────────────────────────────────────────────────────
def test_nothing_is_left_to_migrate() -> None:
    assert not has_pending_migrations()
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_the_tables_are_those_of_a_new_installation(upgrade: Upgrade) -> None:
    assert read_shape() == upgrade.new_shape


def test_every_row_is_there_with_all_it_held(upgrade: Upgrade) -> None:
    after = read_rows()
    differing = {}
    for table, rows in upgrade.rows.items():
        if rows and table not in WRITTEN:
            columns = [column for column in rows[0] if (table, column) not in DERIVED]
            before, now = count_rows(rows, columns), count_rows(after[table], columns)
            differing[table] = (before - now, now - before)
    assert {table: rows for table, rows in differing.items() if any(rows)} == {}
    assert len(differing) == 46 == sum(map(bool, FACTS["rows"].values())) - 5  # all but packs, petitions, figures


def test_keys_of_names_are_those_of_today() -> None:
    members = list(Member._base_manager.all())
    assert [member.name_key for member in members] == [name_sort_key(member.full_name) for member in members]


def test_the_trail_of_before_holds_no_words_of_people() -> None:
    """Whom and what it is about is known by id; units, meetings and accounts are named as before."""
    trail = AuditEvent.objects.all()
    named = set(trail.exclude(target_label="").values_list("target_kind", flat=True))
    assert named <= {"accounts.user", "meetings.meeting", "organizations.organization", "policies.pack", "visits.visit"}
    said = "\n".join(map(str, trail.values_list("target_label", "on_behalf_of", "details")))
    names = set(Member.objects.values_list("full_name", flat=True)) - set(
        User.objects.values_list("full_name", flat=True)
    )
    assert [name for name in names if name in said] == []


def test_every_model_finds_the_rows_that_the_former_program_counted() -> None:
    found = {model._meta.db_table: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}
    rows = {table: count for table, count in FACTS["rows"].items() if table not in COUNTED_ANEW}
    assert {table: found[table] for table in rows} == rows
    assert all(found[model._meta.db_table] for model in MOVED)
    assert (found["meetings_meeting"], found["meetings_minutesversion"], found["meetings_rollcallentry"]) == (
        56,
        53,
        1131,
    )


def test_every_model_has_its_content_type_and_permissions() -> None:
    for model in apps.get_models():
        types = ContentType.objects.filter(app_label=model._meta.app_label, model=model._meta.model_name)
        assert DjangoPermission.objects.filter(content_type__in=types).count() == 4, model


# ── what they say ─────────────────────────────────────────────────────────────
@pytest.mark.parametrize("unit", FACTS["figures"])
def test_figures_are_what_they_were(unit: str) -> None:
    before = FACTS["figures"][unit]
    figures = {month: ask_figures(unit, month) for month in before}
    known = {month: {name: counts[name] for name in before[month]} for month, counts in figures.items()}
    assert {month: leave_out(counts) for month, counts in known.items()} == {
        month: leave_out(counts) for month, counts in before.items()
    }
    late = [before[month]["tasks_done"] - figures[month]["tasks_done"] for month in before]
    assert (min(late) >= 0, len(before)) == (True, 13)


def leave_out(counts: dict[str, Any]) -> dict[str, Any]:
    return {name: count for name, count in counts.items() if name not in RECOUNTED}


def ask_figures(unit: str, month: str) -> Any:
    output = io.StringIO()
    call_command("figures", "--unit", unit, "--month", month, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_counting_the_months_anew_gives_the_rows_of_before() -> None:
    """The first work after an upgrade keeps the months; whoever asks for them to be rebuilt finds nothing else."""
    fold_figures(actor=Actor.system(), now=NOW)
    before = list_figures()
    rebuild_figures(actor=Actor.system(), months=Month(2025, 11).through(Month(2026, 10)), now=NOW)
    assert list_figures() == before
    assert len({month for _unit, month, _counts in before}) >= 12


def list_figures() -> list[tuple[Any, ...]]:
    rows = [row for model in (CellMonth, UnitMonth) for row in model._base_manager.values()]
    return sorted((row["organization_id"], row["month"], sorted(row["counts"].items())) for row in rows)


def test_minutes_are_word_for_word_what_was_approved() -> None:
    versions = list(MinutesVersion.objects.select_related("meeting__organization"))
    assert list_rows(versions, "number", "sha256") == FACTS["minutes"]
    assert [hash_content(version.content) for version in versions] == [version.sha256 for version in versions]


def test_votes_and_roll_calls_are_what_they_were() -> None:
    votes = list(Vote.objects.select_related("meeting__organization"))
    assert list_rows(votes, "base", "in_favour", "against", "other", "passed") == FACTS["votes"]
    tallies: dict[str, Counter[str]] = {}
    for code, state in RollCallEntry.objects.values_list("meeting__organization__code", "state"):
        tallies.setdefault(code, Counter())[state] += 1
    assert tallies == FACTS["roll_calls"]
    assert tallies[NAM_CHA] == {"elsewhere": 13, "excused": 21, "exempt": 26, "late": 8, "present": 296}


def list_rows(rows: list[Any], *names: str) -> list[list[Any]]:
    return sorted(
        [
            row.meeting.organization.code,
            f"{row.meeting.planned_for:%Y-%m-%dT%H:%MZ}",
            *[getattr(row, name) for name in names],
        ]
        for row in rows
    )


def test_encrypted_columns_are_read() -> None:
    assert Counter(Member.objects.values_list("ethnic_group", flat=True)) == FACTS["ethnic_groups"]


# ── pages ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "username", ["bi-thu", "pho-bi-thu", "dang-vien", "cap-uy", "can-bo-xa", "ban-to-chuc", "quan-tri"]
)
def test_everybody_gets_their_home_page(username: str) -> None:
    assert sign_in(username).get(reverse("home"), follow=True).status_code == 200


def test_the_secretary_opens_the_minutes_of_every_meeting() -> None:
    secretary = sign_in("bi-thu")
    versions = MinutesVersion.objects.filter(meeting__organization__code=NAM_CHA).select_related("meeting")
    statuses = [
        secretary.get(reverse("records:show_version", args=[version.meeting.public_id, version.number])).status_code
        for version in versions
    ]
    assert statuses == [200] * 14


@pytest.mark.parametrize(
    "name",
    [
        "meetings:show_meeting",
        "meetings:show_notice",
        "room:show_room",
        "records:follow_meeting",
        "records:show_minutes",
        "records:show_resolution",
        "records:show_filing",
    ],
)
def test_the_secretary_opens_the_pages_of_a_meeting(name: str) -> None:
    address = reverse(name, args=[find_last_meeting().public_id])
    assert sign_in("bi-thu").get(address, follow=True).status_code == 200


@pytest.mark.parametrize("paper", ["bien-ban", "nghi-quyet", "bang-diem-danh", "phieu-tu-cham-diem", "bao-cao"])
def test_the_secretary_prints_the_papers_of_a_meeting(paper: str) -> None:
    answer = sign_in("bi-thu").get(reverse("reporting:paper", args=[find_last_meeting().public_id, paper]))
    assert answer.status_code == 200
    assert "Chi bộ thôn Nặm Chá".upper() in read_words(answer.content).upper()


def test_printed_minutes_hold_the_words_that_were_approved() -> None:
    meeting = find_last_meeting()
    content = meeting.minutes_versions.get(number=2).content
    answer = sign_in("bi-thu").get(reverse("reporting:paper", args=[meeting.public_id, "bien-ban"]))
    words = read_words(answer.content)
    lines = [
        content["conclusion"],
        content["extra"],
        *[part["title"] for part in (*content["items"], *content["duties"])],
    ]
    assert len(lines) == 22
    assert [line for line in lines if line not in words] == []


def read_words(file: bytes) -> str:
    document = Document(io.BytesIO(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *[paragraph.text for paragraph in document.paragraphs]])


def test_addresses_that_were_sent_still_lead_somewhere() -> None:
    addresses = set(Notification.objects.exclude(url="").values_list("url", flat=True))
    assert len([resolve(address.partition("#")[0].partition("?")[0]) for address in addresses]) == len(addresses) > 5


# ── writing goes on ───────────────────────────────────────────────────────────
def test_the_daily_work_finds_nothing_to_do_or_to_mend() -> None:
    """But that members' accounts had no role of a member, that tasks are counted anew, and answers in time by the day."""
    roles = Finding("accounts.RoleGrant.user", 5, mended=True)
    counted = Finding("petitions.PetitionCount", 1, mended=True)
    assert run_day(now=NOW) == DayWork(meetings=0, folded=0, findings=(roles, counted))
    figures = list_figures()
    assert run_day(now=NOW) == DayWork(meetings=0, folded=0, findings=())
    assert list_figures() == figures


def test_what_hangs_on_a_vote_goes_with_it() -> None:
    meeting = find_last_meeting()
    vote = meeting.votes.get()
    assert (vote.secret_ballot.counts.count(), vote.reserved.count()) == (2, 1)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.OPEN)
    remove_vote(actor=Actor.system(), meeting=meeting, public_id=vote.public_id, now=NOW)
    assert [model._base_manager.count() for model in (Vote, SecretBallot, TellerCount, ReservedOpinion)] == [
        51,
        0,
        0,
        0,
    ]
    connection.check_constraints()


def test_a_record_that_a_roll_call_names_is_not_deleted() -> None:
    entry = RollCallEntry.objects.filter(meeting=find_last_meeting()).first()
    assert entry is not None
    with pytest.raises(ProtectedError):
        entry.member.delete()


def test_merging_two_records_takes_along_what_happened_in_rooms() -> None:
    drop = ReservedOpinion.objects.get().member
    entry = RollCallEntry.objects.filter(meeting__organization__code="LB-LC-13", member__user=None).first()
    assert entry is not None
    keep = entry.member
    of_drop, of_keep = count_in_rooms(drop), count_in_rooms(keep)
    assert of_drop["entries"] == 13
    merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    assert count_in_rooms(keep) == of_drop + of_keep
    assert not any(count_in_rooms(drop).values())
    connection.check_constraints()


def count_in_rooms(member: Member) -> Counter[str]:
    return Counter(
        entries=RollCallEntry.objects.filter(member=member).count(),
        remarks=Remark.objects.filter(member=member).count(),
        speeches=Speech.objects.filter(member=member).count(),
        opinions=ReservedOpinion.objects.filter(member=member).count(),
        counts=TellerCount.objects.filter(teller=member).count(),
        tellers=SecretBallot.objects.filter(Q(first_teller=member) | Q(second_teller=member)).count(),
    )


def test_new_rows_are_numbered_after_the_old_ones() -> None:
    meeting = find_last_meeting()
    last = {model: model._base_manager.aggregate(last=Max("pk"))["last"] for model in (Vote, MinutesVersion)}
    vote = Vote.objects.create(meeting=meeting, subject="Thông qua", base=3, in_favour=3, passed=True, at=NOW)
    first = meeting.minutes_versions.get(number=1)
    version = MinutesVersion.objects.create(
        meeting=meeting,
        number=3,
        content={},
        sha256="0" * 64,
        reason="Sửa",
        approved_at=NOW,
        approved_by_name="Lý Thị Mỷ",
    )
    assert (vote.pk, version.pk) > (last[Vote], last[MinutesVersion])
    assert first.pk < version.pk


@pytest.mark.postgres
def test_every_sequence_goes_on_after_the_last_row() -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for sequence in connection.introspection.get_sequences(cursor, table):
                query = f'SELECT coalesce(max("{sequence["column"]}"), 0) FROM "{table}"'  # noqa: S608  names of ours
                cursor.execute(query)
                last = cursor.fetchone()[0]
                cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [f'"{table}"', sequence["column"]])
                assert cursor.fetchone()[0] > last, table
