"""What officials heard and advised in Nặm Chá: opinions that became petitions, comments and the cell's answers."""

from dataclasses import replace
from datetime import datetime

from nennep.core.access import Actor
from nennep.meetings.choices import AdviceState
from nennep.meetings.models import Advice
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionField
from nennep.petitions.services import PetitionDetails, note_petition
from nennep.site.demonstration.pictures import draw_bridge
from nennep.visits.choices import OpinionOutcome, SpeakerKind
from nennep.visits.importers.comments import read_comments
from nennep.visits.models import CommentBankEntry, VisitOpinion, VisitReport
from nennep.visits.queries.doors import origin_of
from nennep.visits.services.opinions import OpinionDraft

WRITER = "cap-uy"
OPINIONS = (
    OpinionDraft(
        "Mố cầu treo Khau Lắc bị lở, trẻ em đi học về qua đó rất nguy hiểm.",
        SpeakerKind.RESIDENT,
        OpinionOutcome.PASSED_ON,
        field=PetitionField.ROADS,
        place="cầu treo Khau Lắc",
    ),
    OpinionDraft(
        "Hướng dẫn làm hồ sơ hỗ trợ xóa nhà tạm cho hai hộ.",
        SpeakerKind.MEMBER,
        OpinionOutcome.SETTLED_ON_SPOT,
        field=PetitionField.LIVELIHOOD,
    ),
    OpinionDraft(
        "Nước sinh hoạt xóm Nà Khà hay mất vào mùa khô.",
        SpeakerKind.MEMBER,
        OpinionOutcome.NOTED,
        field=PetitionField.ROADS,
        place="xóm Nà Khà",
    ),
)
# Which of the comments that come with the program, and what the cell said of it: noted beside the meetings, whose minutes
# were written without it.
COMMENTS = (
    ("c5", AdviceState.TAKEN_UP, "Đã dành 15 phút mỗi buổi, chi ủy nói trước."),
    ("c4", AdviceState.PARTLY, "Đã mời theo tổ, tổ Nà Khà còn ít ý kiến."),
    ("c6", AdviceState.OPEN, ""),
)


def write_coaching(*, now: datetime) -> None:
    """Opinions and comments of the reports that the demonstration's official has sent, oldest first."""
    reports = VisitReport.objects.filter(visit__official__username=WRITER, submitted_at__isnull=False)
    sent = list(reports.select_related("visit__cell", "visit__official").order_by("submitted_at"))
    for report, said in zip(sent[-len(OPINIONS) :], OPINIONS, strict=False):
        _write_opinion(report, said, now=now)
    for report, comment in zip(sent[-len(COMMENTS) :], COMMENTS, strict=False):
        _write_comment(report, *comment)


def _write_opinion(report: VisitReport, said: OpinionDraft, *, now: datetime) -> None:
    """With a picture of the bridge that the official saw."""
    visit = report.visit
    above = Organization.objects.filter(path=visit.cell.path[: -visit.cell.steplen]).first()
    passed = above if said.outcome == OpinionOutcome.PASSED_ON else None
    petition = note_petition(
        actor=replace(Actor.system(str(visit.official)), user_id=visit.official_id),
        organization=visit.cell,
        details=PetitionDetails(
            said.text,
            said.field,
            raised_by_name=str(said.speaker.label),
            holder=passed,
            place=said.place,
            upload=draw_bridge("Cầu Khau Lắc") if "cầu" in said.text else None,
        ),
        raised_on=visit.attended_on or visit.planned_on,
        now=now,
        origin=origin_of(visit),
    )
    VisitOpinion.objects.create(
        report=report,
        position=1,
        text=said.text,
        field=said.field,
        place=said.place,
        speaker=said.speaker,
        outcome=said.outcome,
        passed_to=passed,
        petition=petition,
    )


def _write_comment(report: VisitReport, topic: str, state: AdviceState, answer: str) -> None:
    comment = next(row for row in read_comments() if row.topic == topic)
    visit, origin = report.visit, origin_of(report.visit)
    Advice.objects.create(
        organization=visit.cell,
        text=comment.text,
        example=comment.example,
        topic=comment.topic,
        given_on=visit.attended_on or visit.planned_on,
        given_by=visit.official,
        given_by_name=str(visit.official),
        origin_kind=origin.kind,
        origin_id=origin.id,
        state=state,
        answer=answer,
    )
    CommentBankEntry.objects.create(
        text=comment.text, example=comment.example, topic=comment.topic, uses=1, created_at=visit.updated_at
    )
