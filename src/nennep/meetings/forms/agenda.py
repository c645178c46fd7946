"""What a person types about the programme."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from nennep.core.forms import GuardedForm, TypedLineField, set_choices
from nennep.documents.choices import PaperType
from nennep.documents.services import DocumentDetails
from nennep.meetings.choices import TITLE_LIMIT, MeetingKind, Phase, Topic
from nennep.meetings.rules.agenda import order_by_numbers
from nennep.meetings.services.agenda import ItemDetails, MeetingPeople
from nennep.members.choices import PostKind
from nennep.members.queries import CellMember


def member_choices(members: Iterable[CellMember], nobody: Any) -> list[tuple[str, Any]]:
    """Members for a select, by given name, after a row for nobody."""
    return [("", nobody), *((str(member.public_id), member.label) for member in members)]


def _leaders_first(members: Iterable[CellMember]) -> list[tuple[str, Any]]:
    """Whoever holds a post before the others, the highest post first: one of them presides as a rule."""
    order = list(PostKind)
    ranked = sorted(members, key=lambda member: order.index(member.posts[0]) if member.posts else len(order))
    return _named_by_post(ranked)


def _named_by_post(members: Iterable[CellMember]) -> list[tuple[str, Any]]:
    return [
        (str(member.public_id), f"{member.label}, {member.posts[0].label}" if member.posts else member.label)
        for member in members
    ]


def as_uuid(text: str) -> UUID | None:
    """Empty is nobody."""
    return UUID(text) if text else None


class ItemForm(GuardedForm):
    title = TypedLineField(
        label=_("Nội dung"),
        max_length=TITLE_LIMIT,
        error_messages={"required": _("Hãy ghi nội dung của mục.")},
    )
    minutes = forms.IntegerField(
        label=_("Số phút"),
        min_value=1,
        max_value=480,
        initial=10,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Hãy ghi số phút dự kiến."),
            "invalid": _("Hãy ghi số phút từ 1 đến 480."),
            "min_value": _("Hãy ghi số phút từ 1 đến 480."),
            "max_value": _("Hãy ghi số phút từ 1 đến 480."),
        },
    )
    presenter = forms.ChoiceField(label=_("Người trình bày"), required=False)
    topic = forms.ChoiceField(
        label=_("Chủ đề"),
        choices=[(topic.value, topic.label) for topic in Topic],
        initial=Topic.OTHER.value,
        help_text=_("Để thống kê chi bộ đã bàn đủ các nội dung hay chưa."),
    )
    position = forms.IntegerField(
        label=_("Thứ tự"),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "nn-input-s", "inputmode": "numeric"}),
        error_messages={"invalid": _("Hãy ghi một số từ 1."), "min_value": _("Hãy ghi một số từ 1.")},
    )

    def __init__(self, *args: Any, members: Iterable[CellMember], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "presenter", member_choices(members, _("Chủ trì")))
        del self.fields["position" if is_new else "topic"]
        if not is_new:
            self.guard("title", "minutes", "presenter")

    def begun_values(self) -> dict[str, str]:
        """What the writer was shown."""
        return self.begun_texts(self.text_names())

    @property
    def details(self) -> ItemDetails:
        """Only on a valid form."""
        cleaned = self.cleaned_data
        return ItemDetails(
            title=cleaned["title"],
            minutes=cleaned["minutes"],
            topic=Topic(cleaned.get("topic") or Topic.OTHER),
            phase=Phase.PROCEEDINGS,
            presenter=as_uuid(cleaned["presenter"]),
        )


class OrderForm(forms.Form):
    """A number beside each item, `so-<id>`; or the ids themselves in the wanted order, several times `item`."""

    def __init__(self, *args: Any, items: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for number, item in enumerate(self.items, start=1):
            self.fields[f"so-{item.public_id}"] = forms.IntegerField(
                label=item.title,
                required=False,
                min_value=0,
                max_value=999,
                initial=number,
                widget=forms.NumberInput(attrs={"class": "nn-input-s", "inputmode": "numeric"}),
                error_messages={
                    "invalid": _("Hãy ghi một số từ 1."),
                    "min_value": _("Hãy ghi một số từ 1."),
                    "max_value": _("Hãy ghi một số từ 1."),
                },
            )

    def clean(self) -> dict[str, Any]:
        """Without numbers and without ids nothing was asked for; then the order is the one that stands."""
        cleaned = super().clean() or self.cleaned_data
        sent = self.data.getlist("item") if isinstance(self.data, QueryDict) else []
        try:
            cleaned["sent"] = [UUID(text) for text in sent]
        except ValueError as error:
            raise forms.ValidationError(_("Thứ tự gửi lên không đọc được. Hãy tải lại trang.")) from error
        return cleaned

    @property
    def order(self) -> list[UUID]:
        """Public ids in the wanted order. A posted number whose item is gone makes the order stale. Only on a valid form."""
        if self.cleaned_data["sent"]:
            return list(self.cleaned_data["sent"])
        numbers = [self.cleaned_data.get(f"so-{item.public_id}") for item in self.items]
        gone = [name for name in self.data if name.startswith("so-") and name not in self.fields]
        ordered = [self.items[index].public_id for index in order_by_numbers(numbers)]
        return ordered if not gone else ordered[:-1]


class KindForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Loại buổi"), choices=[(kind.value, kind.label) for kind in MeetingKind], widget=forms.RadioSelect
    )
    theme = TypedLineField(
        label=_("Tên chuyên đề"),
        required=False,
        max_length=TITLE_LIMIT,
        help_text=_("Chỉ ghi khi là buổi chuyên đề hoặc gắn chuyên đề."),
    )


class PeopleForm(forms.Form):
    chair = forms.ChoiceField(label=_("Chủ trì"), required=False)
    minute_taker = forms.ChoiceField(label=_("Thư ký ghi biên bản"), required=False)

    def __init__(self, *args: Any, members: Iterable[CellMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(members)
        set_choices(self, "chair", [("", _("Chưa chọn")), *_leaders_first(people)])
        set_choices(self, "minute_taker", [("", _("Chưa chọn")), *_named_by_post(people)])

    @property
    def people(self) -> MeetingPeople:
        """Only on a valid form."""
        cleaned = self.cleaned_data
        return MeetingPeople(
            chair=as_uuid(cleaned["chair"]),
            minute_taker=as_uuid(cleaned["minute_taker"]),
        )


class PaperForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp"),
        help_text=_("PDF, Word, Excel, ảnh; không quá 20 MB. Không đưa tài liệu mang dấu mật."),
        error_messages={"required": _("Hãy chọn tệp."), "empty": _("Tệp rỗng. Hãy chọn lại tệp.")},
    )
    title = TypedLineField(
        label=_("Tên tài liệu"), required=False, max_length=TITLE_LIMIT, help_text=_("Để trống thì lấy tên tệp")
    )
    paper_type = forms.ChoiceField(
        label=_("Loại"), choices=[(kind.value, kind.label) for kind in PaperType], initial=PaperType.OTHER.value
    )
    not_secret = forms.BooleanField(
        label=_("Tài liệu này không thuộc bí mật nhà nước"),
        error_messages={"required": _("Chỉ đưa lên tài liệu không mật. Hãy xác nhận.")},
    )

    def details(self) -> DocumentDetails:
        """What was typed; without a title the file's name is the title. Only on a valid form."""
        cleaned = self.cleaned_data
        title = cleaned["title"] or PurePath(cleaned["file"].name).stem[:TITLE_LIMIT]
        return DocumentDetails(title, PaperType(cleaned["paper_type"]))
