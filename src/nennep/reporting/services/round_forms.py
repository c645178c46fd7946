"""The forms of a whole round as one zip, made in the background: it lies sealed for a few days, for whoever runs the round."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.audit.services import Target, record, record_reading
from nennep.classification.models import Campaign
from nennep.classification.queries.doors import campaign_target, is_own, lock_campaign
from nennep.classification.queries.dossiers import list_round_ratings
from nennep.core.access import Actor
from nennep.core.crypto import encrypt_bytes
from nennep.core.errors import DomainError
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.core.queue import enqueue_on_commit, take_up
from nennep.core.wording import for_records
from nennep.reporting.choices import FORMS_KEPT, FormsState, Verb
from nennep.reporting.models import RoundForms
from nennep.reporting.queries.papers.ratings import build_round_forms
from nennep.reporting.queries.papers.round_forms import find_forms_file, forms_folder
from nennep.reporting.renderers.bundle import BundleWriter
from nennep.reporting.renderers.press import render_papers

_JOB = "nennep.reporting.jobs.make_round_forms"
_CHUNK = 2**20
_STEP = 25  # forms between two tellings of how far it is


def ask_round_forms(*, actor: Actor, campaign: Campaign, now: datetime) -> RoundForms:
    """Have the forms made; while they are being made for somebody, that one. Raises NotAllowed."""
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    actor.require_below(Permission.RATINGS_DECIDE, campaign.organization.path)
    with transaction.atomic():
        lock_campaign(campaign)
        found = RoundForms.objects.filter(campaign=campaign, state__in=FormsState.in_work()).first()
        if found:
            return found
        RoundForms.objects.filter(campaign=campaign, state=FormsState.FAILED).delete()
        asked = RoundForms.objects.create(
            campaign=campaign, asked_by_id=actor.user_id, asked_by_name=actor.name, asked_at=now
        )
        enqueue_on_commit(_JOB, forms_id=asked.pk)
    return asked


def make_round_forms(*, actor: Actor, forms: RoundForms, now: datetime) -> None:
    """What the background job does, by the rights of who asked. One that is not waited for is left alone.

    Whatever goes wrong leaves it FAILED with a sentence; what nobody expected raises too, so that the job shows it.
    """
    if not RoundForms.objects.filter(pk=forms.pk, state=FormsState.QUEUED).update(state=FormsState.RUNNING):
        return
    try:
        actor.require(Permission.RATINGS_DECIDE, forms.campaign.organization.path)
        actor.require_below(Permission.RATINGS_DECIDE, forms.campaign.organization.path)
        _make(actor, forms, now)
    except DomainError as error:
        _fail(forms.pk, str(error))
    except Exception:
        _fail(forms.pk, _("Có lỗi khi làm tệp. Hãy làm lại; nếu vẫn lỗi, báo quản trị."))
        raise


def _make(actor: Actor, forms: RoundForms, now: datetime) -> None:
    papers = build_round_forms(actor=actor, campaign=forms.campaign, today=localdate(now))
    row = RoundForms.objects.filter(pk=forms.pk)
    row.update(total=len(papers), done=0)
    forms_folder().mkdir(mode=0o700, exist_ok=True)
    with TemporaryFile(dir=forms_folder()) as packed:  # without a name: nothing of it is left when the process ends
        with BundleWriter(packed, day=localdate(now)) as bundle:
            words = render_papers(paper for _name, _rating, paper in papers)
            for done, ((name, _rating, _paper), word) in enumerate(zip(papers, words, strict=True), 1):
                bundle.add(name, word)
                if done % _STEP == 0:
                    row.update(done=done)
        size = packed.tell()
        _seal(packed, find_forms_file(forms.public_id))
    with transaction.atomic():
        done_as = {"state": FormsState.MADE, "done": len(papers), "size": size, "read_at": now}
        row.update(**done_as, error="")
        former = RoundForms.objects.filter(campaign=forms.campaign, state__in=FormsState.finished())
        _drop(list(former.exclude(pk=forms.pk)))


def _seal(packed: IO[bytes], path: Path) -> None:
    """Each mebibyte encrypted, a line of its own."""
    packed.seek(0)
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for chunk in iter(lambda: packed.read(_CHUNK), b""):
            file.write(encrypt_bytes(chunk) + b"\n")
    draft.replace(path)


def _fail(pk: int, words: str) -> None:
    RoundForms.objects.filter(pk=pk).update(state=FormsState.FAILED, error=words)


def reconcile_round_forms(*, actor: Actor, now: datetime) -> list[Finding]:  # noqa: ARG001  on whose behalf, when
    """Those that a process left in the middle.

    One whose job is back in the queue waits again; one that waits without a job gets it; one that was being made and has no
    job any more is FAILED, so that somebody may have it made again.
    """
    actor.require_program()
    with transaction.atomic():
        found = RoundForms.objects.select_for_update().filter(state__in=FormsState.in_work())
        rows = ((pk, state == FormsState.RUNNING) for pk, state in found.values_list("pk", "state"))
        count = take_up(_JOB, "forms_id", rows, wait=_wait_again, fail=_stop)
    return [Finding("reporting.RoundForms.state", count, mended=True)] if count else []


def _wait_again(pk: int) -> None:
    RoundForms.objects.filter(pk=pk).update(state=FormsState.QUEUED, done=0)


def _stop(pk: int) -> None:
    _fail(pk, _("Việc làm tệp bị ngắt giữa chừng. Hãy làm lại."))


def forget_round_forms(*, actor: Actor, now: datetime) -> int:
    """Delete those older than `FORMS_KEPT`, and files that no row names; how many rows."""
    actor.require_program()
    with transaction.atomic():
        old = list(RoundForms.objects.filter(asked_at__lte=now - FORMS_KEPT).exclude(state__in=FormsState.in_work()))
        _drop(old)
    for path in _list_strays(now):
        path.unlink(missing_ok=True)
    return len(old)


def _list_strays(now: datetime) -> Iterator[Path]:
    """Files without a row; a draft is written for a while before it has its name."""
    named = {str(one) for one in RoundForms.objects.values_list("public_id", flat=True)}
    limit = (now - FORMS_KEPT).timestamp()
    for path in forms_folder().glob("*"):
        if path.stem not in named or (path.suffix == ".part" and path.stat().st_mtime <= limit):
            yield path


def _drop(rows: list[RoundForms]) -> None:
    """The rows now, their files once that is safe."""
    RoundForms.objects.filter(pk__in=[one.pk for one in rows]).delete()
    paths = [find_forms_file(one.public_id) for one in rows]
    transaction.on_commit(lambda: _unlink(paths))


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def note_round_forms_taken(*, actor: Actor, forms: RoundForms, now: datetime) -> None:
    """Somebody took the forms of a round: a part of each person's file was opened, but for the own one."""
    campaign = forms.campaign
    actor.require(Permission.RATINGS_DECIDE, campaign.organization.path)
    actor.require_below(Permission.RATINGS_DECIDE, campaign.organization.path)
    rated = list_round_ratings(actor=actor, campaign=campaign)
    others = [one for one in rated if one.member and not is_own(actor, one)]
    subjects = [
        Target("members.member", str(one.member.public_id), "", one.organization.path) for one in others if one.member
    ]
    record_reading(actor=actor, subjects=subjects, part=for_records(lambda: _("Xếp loại")), now=now)
    details = {"paper": "ban-kiem-diem", "count": forms.total}
    record(Verb.RATING_PAPER_TAKEN, actor=actor, target=campaign_target(campaign), now=now, details=details)
