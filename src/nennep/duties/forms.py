"""What people type about tasks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import DayField, TypedLineField, set_choices
from nennep.duties.choices import TEXT_LIMIT, TITLE_LIMIT, DutyCategory, DutyState
from nennep.duties.models import Duty
from nennep.duties.queries import list_standing_duties
from nennep.duties.services import DutyDetails, DutyProgress
from nennep.members.models import Member
from nennep.members.queries import tell_apart
from nennep.organizations.models import Organization

DATE_HINT = _("Ngày/tháng, ví dụ 25/12. Để trống nếu chưa xác định mốc.")


class DutyForm(forms.Form):
    """A task. `members` are those who may be given one, sorted by name."""

    title = TypedLineField(
        label=_("Nhiệm vụ"),
        max_length=TITLE_LIMIT,
        help_text=_("Một việc, có số đo được"),
        error_messages={"required": _("Hãy ghi một việc cụ thể."), "max_length": _("Dài quá. Hãy viết gọn lại.")},
    )
    assignee = forms.ChoiceField(
        label=_("Người chịu trách nhiệm"),
        error_messages={"required": _("Hãy chọn một đồng chí."), "invalid_choice": _("Hãy chọn một đồng chí.")},
    )
    helpers = forms.MultipleChoiceField(
        label=_("Người giúp"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Hãy chọn trong danh sách chi bộ.")},
    )
    due_on = DayField(
        label=_("Hạn hoàn thành"),
        required=False,
        help_text=DATE_HINT,
        error_messages={"invalid": _("Ngày không có thật hoặc gõ chưa đúng. Gõ lại, ví dụ 25/12.")},
    )
    category = forms.ChoiceField(
        label=_("Loại nhiệm vụ"), choices=DutyCategory.choices, initial=DutyCategory.AD_HOC, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {str(member.public_id): member for member in members}
        names = _label_members(self._members)
        set_choices(self, "assignee", [("", _("Chọn đồng chí")), *names])
        set_choices(self, "helpers", names)

    def details(self) -> DutyDetails:
        """What was typed; the form is valid. Fields and details have the same names."""
        data = self.cleaned_data
        people = {
            "assignee": self._members[data["assignee"]],
            "helpers": tuple(self._members[key] for key in data["helpers"]),
        }
        return DutyDetails(**data | people | {"category": DutyCategory(data["category"])})


class DutyReportForm(forms.Form):
    """How a task goes. Each state is a button of its own: opening the page and pressing it are the two taps."""

    note = TypedLineField(
        label=_("Đã làm được gì"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "data-nn-draft": ""}),
        help_text=_("Có số thì ghi số, ví dụ 4/6 hộ"),
    )
    percent = forms.IntegerField(
        label=_("Được bao nhiêu phần trăm"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": 10, "inputmode": "numeric"}),
        error_messages={
            "invalid": _("Hãy gõ một số từ 0 đến 100."),
            "min_value": _("Hãy gõ một số từ 0 đến 100."),
            "max_value": _("Hãy gõ một số từ 0 đến 100."),
        },
    )
    exceeded = forms.BooleanField(label=_("Vượt yêu cầu"), required=False)
    state = forms.ChoiceField(
        choices=[(state.value, state.label) for state in DutyState if state.is_reportable],
        widget=forms.HiddenInput,
        error_messages={"required": _("Hãy bấm một nút: hoàn thành, đang làm hoặc không hoàn thành.")},
    )

    def progress(self) -> DutyProgress:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return DutyProgress(
            state=DutyState(data["state"]),
            percent=data["percent"] or 0,
            note=data["note"],
            exceeded=data["exceeded"],
        )


class DutyHandOverForm(forms.Form):
    """Who does it from now on: each name is a button, so the second tap is the last."""

    assignee = forms.ChoiceField(
        label=_("Chuyển cho"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một đồng chí."), "invalid_choice": _("Hãy chọn một đồng chí.")},
    )

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {str(member.public_id): member for member in members}
        set_choices(self, "assignee", _label_members(self._members))

    def member(self) -> Member:
        return self._members[self.cleaned_data["assignee"]]


class StandingDutyForm(forms.Form):
    """Which standing task (its place in the list of this type of cell) for whom."""

    standing = forms.IntegerField(min_value=0)
    assignee = forms.ChoiceField()

    def __init__(self, *args: Any, members: Iterable[Member], cell: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {str(member.public_id): member for member in members}
        self._standing = list_standing_duties(cell)
        self.fields["standing"].validators.append(MaxValueValidator(len(self._standing) - 1))
        set_choices(self, "assignee", [(key, key) for key in self._members])

    def details(self) -> DutyDetails:
        """What the button says, in Vietnamese as papers print it; the form is valid."""
        standing = self._standing[self.cleaned_data["standing"]]
        with translation.override("vi"):
            title = str(standing.title)
        return DutyDetails(title, self._members[self.cleaned_data["assignee"]], category=standing.category)


class DropForm(forms.Form):
    reason = TypedLineField(
        label=_("Vì sao thôi giao"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Hãy ghi một câu vì sao.")},
    )


def initial_of(duty: Duty) -> dict[str, Any]:
    """A task as the form shows it at first."""
    people = {
        "assignee": str(duty.assignee.public_id),
        "helpers": [str(helper.public_id) for helper in duty.helpers.all()],
    }
    return {name: getattr(duty, name) for name in DutyForm.base_fields if name not in people} | people


def _label_members(members: Mapping[str, Member]) -> list[tuple[str, Any]]:
    labels = tell_apart(members.values())
    return [(key, labels[member.pk]) for key, member in members.items()]
