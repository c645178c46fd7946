"""The forms of a whole round: made in the background, sealed, for those alone who run the round, for a few days."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.accounts.queries import get_actor
from nennep.audit.models import Reading
from nennep.classification import services as rating_services
from nennep.classification.services import Opening
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.reporting import services
from nennep.reporting.choices import FORMS_KEPT, FormsState
from nennep.reporting.models import RoundForms
from nennep.reporting.queries.papers.ratings import REVIEW, find_rating_paper
from nennep.reporting.queries.papers.round_forms import find_forms_file, forms_folder, open_forms
from nennep.reporting.renderers.word import render_paper
from tests.classification.conftest import NOW, RatedVillage
from tests.classification.conftest import village as village
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.NENNEP_DATA_DIR = tmp_path


@pytest.fixture
def officer(village: RatedVillage) -> User:
    user = make_user("Ma Thị Lan")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    return user


def actor_for(user: User) -> Actor:
    return get_actor(user_id=user.pk, today=clock.today())


def ask(village: RatedVillage, user: User) -> RoundForms:
    return services.ask_round_forms(actor=actor_for(user), campaign=village.campaign, now=NOW)


def make(village: RatedVillage, user: User) -> RoundForms:
    """Asked for, and made as the job does."""
    services.make_round_forms(actor=actor_for(user), forms=ask(village, user), now=NOW)
    return RoundForms.objects.get()


def read_zip(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def read_words(word: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(word)).paragraphs]


def test_all_forms_stand_in_folders_of_their_units(village: RatedVillage, officer: User) -> None:
    made = make(village, officer)
    files = read_zip(b"".join(open_forms(made)))
    assert list(files) == [
        "001 Đảng bộ xã Bắc Sơn/0001 Đảng bộ xã Bắc Sơn.docx",
        "001 Đảng bộ xã Bắc Sơn/0002 Cấp ủy Đảng bộ xã Bắc Sơn.docx",
        "002 Chi bộ thôn Nặm Chá/0003 Chi bộ thôn Nặm Chá.docx",
        "002 Chi bộ thôn Nặm Chá/0004 Cấp ủy Chi bộ thôn Nặm Chá.docx",
        "002 Chi bộ thôn Nặm Chá/0005 Lò Văn Bình.docx",
        "002 Chi bộ thôn Nặm Chá/0006 Lò Thị Mẩy.docx",
        "002 Chi bộ thôn Nặm Chá/0007 Giàng A Páo.docx",
    ]
    mine = village.rating(village.plain)
    alone = find_rating_paper(actor=village.secretary, rating=mine, kind=REVIEW, today=TODAY)
    assert read_words(files["002 Chi bộ thôn Nặm Chá/0005 Lò Văn Bình.docx"]) == read_words(render_paper(alone))
    assert (made.state, made.done, made.total, made.read_at, made.asked_by_name) == (
        FormsState.MADE,
        7,
        7,
        NOW,
        "Ma Thị Lan",
    )


def test_the_file_lies_sealed_and_nothing_else_is_left(village: RatedVillage, officer: User) -> None:
    made = make(village, officer)
    assert [path.name for path in forms_folder().iterdir()] == [f"{made.public_id}.zip"]
    content = find_forms_file(made.public_id).read_bytes()
    assert b"PK" not in content[:4]
    assert find_forms_file(made.public_id).stat().st_mode & 0o077 == 0


def test_who_presses_while_it_is_made_sees_that_one(village: RatedVillage, officer: User) -> None:
    other = make_user("Hà Văn Toản")
    grant_role(other, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    first = ask(village, officer)
    RoundForms.objects.update(state=FormsState.RUNNING)
    assert ask(village, other) == first
    assert RoundForms.objects.get().asked_by_name == "Ma Thị Lan"


def test_what_is_made_anew_takes_the_place_of_the_old_one(village: RatedVillage, officer: User) -> None:
    first = make(village, officer)
    second = ask(village, officer)
    assert RoundForms.objects.count() == 2  # the old one may be taken until the new one is there
    services.make_round_forms(actor=actor_for(officer), forms=second, now=NOW)
    assert RoundForms.objects.get().public_id != first.public_id


@pytest.mark.parametrize("who", ["secretary", "subject", "outsider"])
def test_only_who_runs_the_round_asks_and_takes(village: RatedVillage, officer: User, who: str) -> None:
    actor = getattr(village, who)
    with pytest.raises(NotAllowed):
        services.ask_round_forms(actor=actor, campaign=village.campaign, now=NOW)
    made = make(village, officer)
    with pytest.raises(NotAllowed):
        services.note_round_forms_taken(actor=actor, forms=made, now=NOW)


def test_who_lost_the_role_meanwhile_gets_nothing(village: RatedVillage, officer: User) -> None:
    asked = ask(village, officer)
    officer.grants.all().delete()
    services.make_round_forms(actor=actor_for(officer), forms=asked, now=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.error) == (FormsState.FAILED, "Đồng chí không có quyền làm việc này.")
    assert not forms_folder().exists()


def test_one_that_nobody_waits_for_is_left_alone(village: RatedVillage, officer: User) -> None:
    made = make(village, officer)
    services.make_round_forms(actor=actor_for(officer), forms=made, now=NOW + DAY)
    assert RoundForms.objects.get().read_at == NOW


@pytest.mark.parametrize(("age", "left"), [(FORMS_KEPT - timedelta(seconds=1), 1), (FORMS_KEPT, 0)])
def test_it_is_forgotten_after_a_week(
    village: RatedVillage, officer: User, age: timedelta, left: int, django_capture_on_commit_callbacks: Any
) -> None:
    made = make(village, officer)
    stray = find_forms_file(village.campaign.public_id)
    stray.write_bytes(b"")
    with django_capture_on_commit_callbacks(execute=True):
        services.forget_round_forms(actor=Actor.system(), now=NOW + age)
    assert (RoundForms.objects.count(), find_forms_file(made.public_id).exists()) == (left, bool(left))
    assert not stray.exists()


def test_the_page_says_how_far_it_is_and_hands_the_file_out(
    client: Client, village: RatedVillage, officer: User
) -> None:
    client.force_login(officer)
    where = reverse("reporting:round_forms", args=[village.campaign.public_id])
    assert "Làm tệp" in client.get(where).text
    client.post(reverse("reporting:ask_round_forms", args=[village.campaign.public_id]))
    RoundForms.objects.update(state=FormsState.RUNNING, total=7, done=5)
    assert "Đã làm 5 trên 7 bản." in client.get(where).text
    RoundForms.objects.update(state=FormsState.QUEUED)
    services.make_round_forms(actor=actor_for(officer), forms=RoundForms.objects.get(), now=NOW)
    assert "7 bản đã làm" in client.get(where).text
    answer = client.get(reverse("reporting:round_forms_file", args=[village.campaign.public_id]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a StreamingHttpResponse
    assert (len(read_zip(content)), answer.headers["Content-Length"]) == (7, str(len(content)))
    assert Reading.objects.values("subject_id").distinct().count() == 3


def test_a_file_that_is_gone_is_offered_to_be_made_again(client: Client, village: RatedVillage, officer: User) -> None:
    find_forms_file(make(village, officer).public_id).unlink()
    client.force_login(officer)
    page = client.get(reverse("reporting:round_forms", args=[village.campaign.public_id])).text
    assert ("Làm tệp" in page, "Tải tệp" in page) == (True, False)
    gone = client.get(reverse("reporting:round_forms_file", args=[village.campaign.public_id]))
    assert gone.headers["Location"] == reverse("reporting:round_forms", args=[village.campaign.public_id])


def test_a_round_without_anybody_says_so(village: RatedVillage, officer: User) -> None:
    empty = rating_services.open_campaign(
        actor=village.officer, organization=village.commune, opening=Opening(2025, date(2025, 12, 31)), now=NOW
    )
    empty.ratings.all().delete()
    asked = services.ask_round_forms(actor=actor_for(officer), campaign=empty, now=NOW)
    services.make_round_forms(actor=actor_for(officer), forms=asked, now=NOW)
    asked.refresh_from_db()
    assert asked.state == FormsState.FAILED
    assert asked.error
