"""What every page knows: the menu of the person who reads it. No query beyond the actor's own grants."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str


def menu(request: HttpRequest) -> dict[str, list[MenuItem]]:
    """`menu`: what this person may open, in the order of use; nothing for visitors."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.user_id is None:
        return {"menu": []}
    return {"menu": list(_items(actor))}


def _items(actor: Actor) -> Iterator[MenuItem]:
    yield MenuItem(_("Trang của tôi"), reverse("home"))
    if actor.may_somewhere(Permission.MEETINGS_PREPARE):
        yield from _cell_items()
    if actor.may_somewhere(Permission.FIGURES_READ) and not actor.may_somewhere(Permission.MEETINGS_PREPARE):
        yield MenuItem(_("Chi bộ nào cần tôi"), reverse("reporting:start"))
        yield MenuItem(_("Chi bộ tôi theo dõi"), reverse("followed"))
    if actor.may_somewhere(Permission.VISITS_PLAN):
        yield MenuItem(_("Sổ dự sinh hoạt"), reverse("visits:show_ledger"))
        yield MenuItem(_("Xếp lịch dự sinh hoạt"), reverse("planning:start"))
    if actor.may_somewhere(Permission.MEMBERS_IMPORT):
        yield MenuItem(_("Nhập danh sách"), reverse("members:choose_import_file"))
        yield MenuItem(_("Nhập sổ sinh hoạt cũ"), reverse("room:choose_past"))
    if actor.may_somewhere(Permission.ORGANIZATIONS_CHANGE):
        yield MenuItem(_("Đơn vị"), reverse("organizations:browse_units"))
    if actor.may_somewhere(Permission.ACCOUNTS_GRANT):
        yield MenuItem(_("Người dùng, quyền"), reverse("accounts:list_users"))
    if _is_member(actor) or actor.may_somewhere(Permission.RATINGS_READ):
        yield MenuItem(_("Xếp loại hằng năm"), reverse("classification:start"))
    if actor.may_somewhere(Permission.SYSTEM_READ):
        yield MenuItem(_("Bản cài đặt"), reverse("operations:show"))
    if _is_member(actor):
        yield MenuItem(_("Việc của tôi"), reverse("meetings:member_home"))
        yield MenuItem(_("Hồ sơ của tôi"), reverse("members:own"))
    yield MenuItem(_("Thông báo"), reverse("notifications:list"))
    yield MenuItem(_("Hướng dẫn"), reverse("guides"))
    yield MenuItem(_("Vai đang dùng"), reverse("hats"))
    yield MenuItem(_("Tài khoản và bảo mật"), reverse("mfa_index"))


def _is_member(actor: Actor) -> bool:
    """Whoever runs a cell or only reads in it belongs to it; officers see figures and need not be members here."""
    if actor.may_somewhere(Permission.MEETINGS_PREPARE):
        return True
    return actor.may_somewhere(Permission.MEETINGS_READ) and not actor.may_somewhere(Permission.FIGURES_READ)


def _cell_items() -> Iterator[MenuItem]:
    pages = [
        ("dang-vien", _("Đảng viên")),
        ("nhiem-vu", _("Nhiệm vụ của chi bộ")),
        ("nghi-quyet", _("Nghị quyết")),
        ("bien-ban", _("Sổ biên bản")),
        ("ke-hoach", _("Kế hoạch năm")),
        ("tai-lieu", _("Tài liệu")),
        ("so-lieu", _("Số liệu của chi bộ")),
    ]
    for page, label in pages:
        yield MenuItem(label, reverse("own", args=[page]))
