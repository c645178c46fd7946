"""Files that go with a petition: who attaches, who opens, what of one spoken for stays within the cell."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document as WordDocument

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.documents.models import Enclosure
from nennep.documents.queries import iterate_files, list_documents
from nennep.documents.services import FileWithMacros, MarkedSecret, NamesStay, SuffixNotTaken
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import FILES_LIMIT, PetitionState, Verb
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_file, get_petition_page, list_file_names
from nennep.petitions.services import AnswerFacts, FileStays, PetitionDetails, PetitionSettled, TooManyFiles
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.documents import PDF, make_docx, make_pdf, make_upload, make_zip
from tests.factories.organizations import make_unit
from tests.factories.people import client_of
from tests.factories.petitions import make_petition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = timedelta(days=1)
NAME = "Giàng Thị Xuyến"


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


@pytest.fixture
def secretary(cell: Organization) -> User:
    return make_person("Ma Công Lập", Role.SECRETARY, cell)


@pytest.fixture
def officer(commune: Organization) -> User:
    return make_person("Vũ Thị Minh Nguyệt", Role.COMMUNE_OFFICER, commune)


@pytest.fixture
def asker(cell: Organization) -> User:
    user = make_person(NAME, Role.MEMBER, cell)
    join_cell(cell, NAME, user_id=user.pk)
    return user


def make_person(name: str, role: Role, unit: Organization) -> User:
    user = make_user(name)
    grant_role(user, role, unit, subtree=role == Role.COMMUNE_OFFICER)
    return user


def ask(cell: Organization, asker: User, **details: Any) -> Petition:
    given = PetitionDetails("Cầu Nà Khà hỏng", **details)
    return services.raise_own(actor=actor_of(asker), organization=cell, details=given, now=NOW)


def list_labels(user: User, petition: Petition) -> list[str]:
    page = get_petition_page(actor=actor_of(user), public_id=petition.public_id, today=TODAY)
    return [file.label for line in page.course for file in line.files]


def test_what_goes_with_a_question_is_opened_by_all_who_read_it(
    cell: Organization, commune: Organization, asker: User, secretary: User, officer: User
) -> None:
    petition = ask(cell, asker, upload=make_upload(name="cầu.pdf"))
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, now=NOW)
    comrade = make_person("Người khác", Role.MEMBER, cell)
    address = reverse("petitions:open_file", args=[petition.public_id, 1])
    opened = {user.full_name: client_of(user).get(address) for user in (asker, secretary, officer, comrade)}
    assert [page.status_code for page in opened.values()] == [200, 200, 200, 404]
    contents = {b"".join(page) for page in opened.values() if page.status_code == 200}
    assert contents == {PDF}
    assert "c%E1%BA%A7u.pdf" in opened[officer.full_name]["Content-Disposition"]
    assert [list_labels(user, petition) for user in (asker, secretary, officer)] == [["cầu.pdf"]] * 3
    trail = AuditEvent.objects.filter(verb=Verb.FILE_OPENED)
    assert (trail.count(), "cầu" in str(list(trail.values()))) == (3, False)
    assert list(list_documents(actor=Actor.system(), organization=cell)) == []


def test_of_one_spoken_for_no_name_of_a_file_is_kept(
    cell: Organization, commune: Organization, asker: User, secretary: User, officer: User
) -> None:
    word = WordDocument()
    word.core_properties.author = NAME
    word.add_paragraph("Cầu hỏng từ tháng 9")
    target = BytesIO()
    word.save(target)
    petition = ask(cell, asker, is_hidden=True, upload=make_upload(target.getvalue(), f"{NAME}.docx"))
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, now=NOW)
    assert list_labels(officer, petition) == ["Tệp kèm 1.docx"]
    kept = Enclosure.objects.get()
    written = WordDocument(BytesIO(Path(kept.file.path).read_bytes()))
    assert (kept.file_name, kept.added_by_id, written.core_properties.author) == ("", None, "")
    assert [one.text for one in written.paragraphs] == ["Cầu hỏng từ tháng 9"]
    attach = reverse("petitions:attach_file", args=[petition.public_id])
    assert "hãy che trước khi kèm" in " ".join(client_of(asker).get(attach).content.decode().split())


@pytest.mark.parametrize(
    ("content", "name", "refused"),
    [
        (b"MZ", "a.exe", SuffixNotTaken),
        (make_docx("TỐI MẬT"), "a.docx", MarkedSecret),
        (make_zip({"word/document.xml": "<w/>", "word/vbaProject.bin": "x"}), "a.docx", FileWithMacros),
    ],
    ids=["runs", "secret", "macros"],
)
def test_a_file_that_is_refused_leaves_no_petition(
    cell: Organization, asker: User, content: bytes, name: str, refused: type[DomainError]
) -> None:
    with pytest.raises(refused):
        ask(cell, asker, upload=make_upload(content, name))
    page = client_of(asker).post(
        reverse("petitions:raise_own"),
        {"text": "Cầu hỏng", "field": "roads", "file": SimpleUploadedFile(name, content)},
    )
    said = str(page.context["form"].errors["file"])
    assert (page.status_code, page.context["form"]["text"].value()) == (422, "Cầu hỏng")
    assert said
    assert (Petition.objects.count(), Enclosure.objects.count()) == (0, 0)


def test_a_file_that_would_name_its_writer_is_refused(cell: Organization, asker: User) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    with pytest.raises(NamesStay):
        ask(cell, asker, is_hidden=True, upload=make_upload(old, "a.doc"))
    assert list_labels(asker, ask(cell, asker, upload=make_upload(old, "a.doc"))) == ["a.doc"]


def test_who_attaches(cell: Organization, commune: Organization, asker: User, secretary: User, officer: User) -> None:
    """Who asked, the cell, who answers; not a comrade, nobody once it is settled."""
    petition = ask(cell, asker)
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, now=NOW)
    for user in (asker, secretary, officer):
        services.attach_file(actor=actor_of(user), petition=petition, upload=make_upload(name="a.pdf"), now=NOW)
    with pytest.raises(NotAllowed):
        services.attach_file(
            actor=actor_of(make_person("Người khác", Role.MEMBER, cell)),
            petition=petition,
            upload=make_upload(),
            now=NOW,
        )
    services.answer_petition(actor=actor_of(officer), petition=petition, answer="Đã sửa", now=NOW)
    services.confirm_solved(actor=actor_of(secretary), petition=petition, now=NOW)
    with pytest.raises(PetitionSettled):
        services.attach_file(actor=actor_of(secretary), petition=Petition.objects.get(), upload=make_upload(), now=NOW)
    assert Enclosure.objects.count() == 3


def test_no_more_than_ten(cell: Organization, secretary: User) -> None:
    petition = make_petition(cell, "Sửa cầu")
    for number in range(FILES_LIMIT + 1):
        upload, last = make_upload(name=f"{number}.pdf"), number == FILES_LIMIT
        if last:
            with pytest.raises(TooManyFiles):
                services.attach_file(actor=actor_of(secretary), petition=petition, upload=upload, now=NOW)
        else:
            services.attach_file(actor=actor_of(secretary), petition=petition, upload=upload, now=NOW)
    assert (Enclosure.objects.count(), len(list(iterate_files()))) == (FILES_LIMIT, FILES_LIMIT)


def test_taken_out_on_its_day_by_whoever_put_it_there(
    cell: Organization, commune: Organization, asker: User, secretary: User, officer: User
) -> None:
    petition = ask(cell, asker, upload=make_upload(name="a.pdf"))
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, now=NOW)
    for user, moment in ((secretary, NOW), (officer, NOW), (asker, NOW + DAY)):
        with pytest.raises(FileStays):
            services.remove_file(actor=actor_of(user), petition=petition, number=1, now=moment)
    address = reverse("petitions:remove_file", args=[petition.public_id, 1])
    assert client_of(asker).post(address, follow=True).status_code == 200
    services.remove_file(actor=actor_of(asker), petition=petition, number=1, now=NOW)
    kept = Enclosure.objects.get()
    assert (list_labels(asker, petition), kept.removed_at, Path(kept.file.path).read_bytes()) == ([], NOW, PDF)
    with pytest.raises(NotFound):
        get_file(actor=actor_of(officer), petition=petition, number=1)
    services.attach_file(actor=actor_of(asker), petition=petition, upload=make_upload(name="b.pdf"), now=NOW)
    assert [one.number for one in Enclosure.objects.order_by("number")] == [1, 2]


def test_of_one_spoken_for_the_asker_takes_it_out(cell: Organization, asker: User) -> None:
    petition = ask(cell, asker, is_hidden=True, upload=make_upload(make_pdf("Cầu hỏng"), "a.pdf"))
    services.remove_file(actor=actor_of(asker), petition=petition, number=1, now=NOW)
    assert list_labels(asker, petition) == []


def test_of_one_spoken_for_nobody_above_takes_it_out(
    cell: Organization, commune: Organization, asker: User, secretary: User, officer: User
) -> None:
    petition = ask(cell, asker, is_hidden=True, upload=make_upload(make_pdf("Cầu hỏng"), "a.pdf"))
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, now=NOW)
    official = make_person("Nông Văn Tố", Role.OFFICIAL, cell)
    for user in (officer, official):
        assert client_of(user).post(reverse("petitions:remove_file", args=[petition.public_id, 1])).status_code != 404
        with pytest.raises(FileStays):
            services.remove_file(actor=actor_of(user), petition=petition, number=1, now=NOW)
    page = get_petition_page(actor=actor_of(officer), public_id=petition.public_id, today=TODAY)
    assert [one.may_remove for line in page.course for one in line.files] == [False]
    services.remove_file(actor=actor_of(secretary), petition=petition, number=1, now=NOW)
    with pytest.raises(FileStays):
        services.restore_file(actor=actor_of(officer), petition=petition, number=1, now=NOW)
    services.restore_file(actor=actor_of(secretary), petition=petition, number=1, now=NOW)


def test_a_letter_goes_with_all_that_is_answered(
    cell: Organization, commune: Organization, asker: User, secretary: User, officer: User
) -> None:
    """The file of one of those joined is still read where it was asked; whoever asked the other does not open it."""
    other = make_person("Lò Văn Páo", Role.MEMBER, cell)
    join_cell(cell, "Lò Văn Páo", user_id=other.pk)
    first = ask(cell, asker, upload=make_upload(name="cầu.pdf"))
    again = services.raise_own(
        actor=actor_of(other), organization=cell, details=PetitionDetails("Cầu Nà Khà gãy"), now=NOW
    )
    kept = services.join_petitions(actor=actor_of(secretary), petition=again, other=first, now=NOW)
    joined = again if kept.pk == first.pk else first
    services.pass_on(actor=actor_of(secretary), petition=kept, to=commune, now=NOW)
    facts = AnswerFacts(upload=make_upload(name="công văn.pdf"))
    answered = services.answer_petition(actor=actor_of(officer), petition=kept, answer="Sẽ sửa", facts=facts, now=NOW)
    assert list_file_names(first, until=NOW) == ["cầu.pdf", "công văn.pdf"]
    assert list_file_names(again, until=NOW) == ["công văn.pdf"]
    step = answered.steps.get(kind="answered")
    assert list_file_names(answered, until=NOW, part=str(step.pk)) == ["công văn.pdf"]
    assert list_labels(secretary, joined)[-1] == "công văn.pdf"
    if kept.pk == first.pk:
        assert client_of(other).get(reverse("petitions:open_file", args=[first.public_id, 1])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_with_more_files(
    cell: Organization, secretary: User, count: int, django_assert_num_queries: Any
) -> None:
    petition = make_petition(cell, "Sửa cầu")
    for number in range(count):
        services.attach_file(
            actor=actor_of(secretary), petition=petition, upload=make_upload(name=f"{number}.pdf"), now=NOW
        )
    client: Client = client_of(secretary)
    address = reverse("petitions:show_petition", args=[petition.public_id])
    client.get(address)
    with django_assert_num_queries(12):
        assert client.get(address).status_code == 200


def test_of_one_whose_account_is_gone_the_cell_takes_it_out(
    cell: Organization, commune: Organization, asker: User, secretary: User, officer: User
) -> None:
    petition = ask(cell, asker, upload=make_upload(name="a.pdf"))
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, now=NOW)
    services.attach_file(actor=actor_of(officer), petition=petition, upload=make_upload(name="b.pdf"), now=NOW)
    Enclosure.objects.filter(number=2).update(added_by=None)
    for user, moment in ((asker, NOW), (officer, NOW), (secretary, NOW + DAY)):
        with pytest.raises(FileStays):
            services.remove_file(actor=actor_of(user), petition=petition, number=2, now=moment)
    services.remove_file(actor=actor_of(secretary), petition=petition, number=2, now=NOW)
    assert list_labels(officer, petition) == ["a.pdf"]


def test_what_was_taken_out_comes_back_that_day(cell: Organization, asker: User, secretary: User) -> None:
    petition = ask(cell, asker, upload=make_upload(name="a.pdf"))
    services.remove_file(actor=actor_of(asker), petition=petition, number=1, now=NOW)
    shown = client_of(asker).get(reverse("petitions:show_petition", args=[petition.public_id])).content.decode()
    others = client_of(secretary).get(reverse("petitions:show_petition", args=[petition.public_id])).content.decode()
    assert ["Khôi phục tệp vừa bỏ" in page for page in (shown, others)] == [True, False]
    for user, moment in ((secretary, NOW), (asker, NOW + DAY)):
        with pytest.raises(FileStays):
            services.restore_file(actor=actor_of(user), petition=petition, number=1, now=moment)
    address = reverse("petitions:restore_file", args=[petition.public_id, 1])
    assert [client_of(asker).post(address, follow=True).status_code for _again in range(2)] == [200, 200]
    assert list_labels(asker, petition) == ["a.pdf"]
    verbs = [Verb.FILE_REMOVED, Verb.FILE_RESTORED]
    trail = AuditEvent.objects.filter(verb__in=verbs).order_by("pk").values_list("verb", "details")
    assert list(trail) == [(verb, {"number": 1}) for verb in verbs]


def test_what_was_taken_out_takes_no_room_and_comes_back_only_where_there_is_some(
    cell: Organization, secretary: User
) -> None:
    petition, actor = make_petition(cell, "Sửa cầu"), actor_of(secretary)
    for number in range(FILES_LIMIT):
        services.attach_file(actor=actor, petition=petition, upload=make_upload(name=f"{number}.pdf"), now=NOW)
    services.remove_file(actor=actor, petition=petition, number=3, now=NOW)
    services.attach_file(actor=actor, petition=petition, upload=make_upload(name="mới.pdf"), now=NOW)
    with pytest.raises(TooManyFiles):
        services.restore_file(actor=actor, petition=petition, number=3, now=NOW)
    services.remove_file(actor=actor, petition=petition, number=FILES_LIMIT + 1, now=NOW)
    services.restore_file(actor=actor, petition=petition, number=3, now=NOW)
    assert len(list_file_names(petition, until=NOW)) == FILES_LIMIT


def test_who_held_it_reads_on_through_the_tree_alone() -> None:
    """The course and all its files, or neither: also what came after it was passed on."""
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE, parent=province)
    cell = make_unit(parent=commune)
    asker, secretary = make_person(NAME, Role.MEMBER, cell), make_person("Ma Công Lập", Role.SECRETARY, cell)
    join_cell(cell, NAME, user_id=asker.pk)
    officer, board = (make_person(unit.name, Role.COMMUNE_OFFICER, unit) for unit in (commune, province))
    clerk = make_user("Chỉ ở xã")
    grant_role(clerk, Role.COMMUNE_OFFICER, commune, subtree=False)
    outsider = make_person("Xã khác", Role.COMMUNE_OFFICER, make_cell("Chi bộ khác"))
    petition = ask(cell, asker, upload=make_upload(name="cầu.pdf"))
    people = (asker, secretary, officer, clerk, board, outsider)
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, now=NOW)
    assert try_file(people, petition, 1) == [200, 200, 200, 200, 200, 404]
    services.pass_on(actor=actor_of(officer), petition=petition, to=province, now=NOW)
    services.attach_file(actor=actor_of(board), petition=petition, upload=make_upload(name="khảo sát.pdf"), now=NOW)
    for number in (1, 2):
        assert try_file(people, petition, number) == [200, 200, 200, 404, 200, 404]
    shown = [client_of(user).get(reverse("petitions:show_petition", args=[petition.public_id])) for user in people]
    assert [page.status_code for page in shown] == [200, 200, 200, 404, 200, 404]


def try_file(people: Any, petition: Petition, number: int) -> list[int]:
    address = reverse("petitions:open_file", args=[petition.public_id, number])
    opened = [client_of(user).get(address) for user in people]
    for page in opened:
        b"".join(page)  # read to its end, the file is closed
    return [page.status_code for page in opened]


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_with_joined_ones_costs_the_same_with_more_files(
    cell: Organization, asker: User, secretary: User, count: int, django_assert_num_queries: Any
) -> None:
    """Of the asker who is spoken for, the page asks once whether they asked, not for each file."""
    kept = ask(cell, asker, is_hidden=True)
    for number in range(count):
        make_petition(cell, f"Sửa cầu {number}", state=PetitionState.JOINED, joined_to=kept, settled_on=TODAY)
        upload = make_upload(make_pdf("Cầu"), f"{number}.pdf")
        services.attach_file(actor=actor_of(asker), petition=kept, upload=upload, now=NOW)
    for user, queries in ((asker, 10), (secretary, 13)):
        client = client_of(user)
        address = reverse("petitions:show_petition", args=[kept.public_id])
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200
