"""Template tags of every page: `{% load nn %}`. The page /thanh-phan/ (developers only) shows each of them.

{% icon "check" %}                                   one of the symbols in core/icons.html, hidden from screen readers
{% chip "late" "Quá hạn 9 ngày" %}                   a state in words: done, due, late, later or "" (neutral)
{% field form.title %}  {% field form.grade look="seg" %}   one field with label, hint, error; look: seg, stepper, plain
{% error_summary form %}                             what is to be mended, on top of the form; nothing when all is well
{% pagination page %}                                1–25 of 136, back and on, keeping the other parameters
{% meter value goal %}  {% bar part whole label %}   bars without inline style
{{ day|vn_date }}  {{ day|vn_weekday_date }}  {{ day|vn_weekday_inside }}  {{ day.month|vn_month }}
{{ moment|vn_moment }}  {{ moment|vn_time }}  {{ deadline|vn_time_left:now }}
{{ figure|vn_decimal }}  {{ figure|vn_decimal:2 }}  {{ score|vn_points }}  {{ figure|percent }}
"""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nennep.core import wording

register = template.Library()

FOLDED_FROM = 8  # boxes to tick that fit on a phone beside the rest of a form

register.filter("vn_date", wording.say_date)
register.filter("vn_short_date", wording.say_short_date)
register.filter("vn_weekday_date", wording.say_weekday_date)
register.filter("vn_weekday_inside", wording.say_weekday_inside)
register.filter("vn_month", wording.format_month)
register.filter("vn_moment", wording.say_moment)
register.filter("vn_time", wording.say_time)
register.filter("vn_end", wording.say_end)


@register.filter
def vn_time_left(deadline: datetime | date, now: datetime) -> str:
    """Time to a moment, or to the end of a whole day: `Còn 1 ngày 4 giờ`, `Đến hạn hôm nay`, `Quá hạn 9 ngày`."""
    if isinstance(deadline, datetime):
        return wording.say_time_left(deadline, now)
    return wording.say_days_left(deadline, now)


@register.filter
def vn_points(value: float | Decimal | Fraction | None) -> str:
    return wording.say_points(value)


@register.filter
def vn_decimal(value: float | Decimal | Fraction | None, places: int = 1) -> str:
    return wording.say_decimal(value, places)


@register.filter
def points(value: float | Decimal | Fraction | None) -> str:
    return wording.say_points(value)


@register.filter
def percent(value: float | Decimal | Fraction | None, places: int = 1) -> str:
    return wording.say_percent(value, places)


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """The symbol `name`; `kind` is `fill` for a filled one, `star` for the praise mark."""
    classes = {"": "nn-icon", "fill": "nn-icon nn-icon-fill", "star": "nn-star nn-icon-fill"}[kind]
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', classes, name)


@register.simple_tag
def chip(state: str, words: str = "", mark: str = "") -> SafeString:
    """A status chip; without `words` the usual ones of the state. `mark` is the name of an icon."""
    said = words or _state_words()[state]
    attribute = format_html(' data-state="{}"', state) if state else ""
    return format_html('<span class="nn-chip"{}>{}{}</span>', attribute, icon(mark) if mark else "", said)


def _state_words() -> dict[str, str]:
    return {
        "done": _("Hoàn thành"),
        "due": _("Đến hạn"),
        "late": _("Quá hạn"),
        "later": _("Chưa đến"),
        "": _("Đang làm"),
    }


@register.simple_tag
def meter(value: float | Decimal, goal: float | Decimal | None = None) -> SafeString:
    """Own figure as a bar, a comparison as a gold tick, both in percent. Decoration: the numbers stand beside it."""
    tick = (
        format_html('<rect class="nn-meter-tick" x="{}" width="1" height="12"/>', _clamp(goal))
        if goal is not None
        else ""
    )
    return format_html(
        '<svg class="nn-meter" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="nn-meter-value" width="{}" height="12"/>{}</svg>',
        _clamp(value),
        tick,
    )


@register.simple_tag
def bar(part: float, whole: float, label: str) -> SafeString:
    """A thin bar of `part` in `whole`; `label` says it in words to a screen reader."""
    width = _clamp(100 * part / whole if whole else 0)
    return format_html(
        '<svg class="nn-bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="nn-bar-value" width="{}" height="8"/></svg>',
        label,
        width,
    )


def _clamp(percentage: float | Decimal) -> str:
    """A number for an SVG attribute: dot as the mark, whatever the reader's language."""
    return f"{min(max(float(percentage), 0.0), 100.0):g}"


_SHAPES = {"hidden": "hidden", "check": "check", "choices": "choices"}  # by kind; the others are lines


@register.inclusion_tag("core/field.html")
def field(
    bound: BoundField, look: str = "", *, label: str = "", hint: str | None = None, optional_mark: bool = True
) -> dict[str, Any]:
    """One form field: label, hint, error between label and input, tied together for screen readers.

    `look`: `seg` (short radio choices side by side), `stepper` (number with − and +), `plain` (label only for screen
    readers). Fields that may stay empty say so in the label, except when `optional_mark` is off.
    Many boxes to tick (`fold`, taken by itself from nine on) stand behind their label until it is opened.
    `label` and `hint` replace the form's own (forms of allauth); an empty `hint` takes it away.
    """
    bound.label = label or bound.label
    bound.help_text = bound.help_text if hint is None else hint
    bound.field.widget.attrs.pop("placeholder", None)  # a label must not vanish while somebody types
    kind = _field_kind(bound.field.widget)
    if kind == "choices" and look != "seg":
        bound.field.widget.attrs.setdefault("class", "form-check-input")
    return {
        "field": bound,
        "kind": kind,
        "shape": f"core/field/{_SHAPES.get(kind, 'line')}.html",
        "look": look or _look_of(bound),
        "input": bound.as_widget(attrs=_input_attributes(bound, kind)),
        "hint_id": f"{bound.auto_id}_hint",
        "error_id": f"{bound.auto_id}_error",
        "optional": optional_mark and not bound.field.required and kind not in {"check", "hidden"},
    }


def _look_of(bound: BoundField) -> str:
    many = isinstance(bound.field.widget, forms.CheckboxSelectMultiple) and len(bound.subwidgets) > FOLDED_FROM
    return "fold" if many and not bound.errors and not bound.value() else ""


def _field_kind(widget: forms.Widget) -> str:
    """How the widget is drawn; RadioSelect also covers CheckboxSelectMultiple, which inherits it."""
    kinds: list[tuple[type[forms.Widget], str]] = [
        (forms.HiddenInput, "hidden"),
        (forms.RadioSelect, "choices"),
        (forms.CheckboxInput, "check"),
        (forms.Select, "select"),
        (forms.PasswordInput, "password"),
    ]
    return next((kind for of, kind in kinds if isinstance(widget, of)), "input")


def _input_attributes(bound: BoundField, kind: str) -> dict[str, str | bool]:
    """Class of the input, and the ids of what describes it."""
    classes = {"select": "form-select", "check": "form-check-input", "choices": "form-check-input"}.get(
        kind, "form-control"
    )
    own = [bound.field.widget.attrs.get("class", "")]
    if isinstance(bound.field, forms.DateField):
        own.append("nn-input-date")
    described = [f"{bound.auto_id}_hint"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attributes: dict[str, str | bool] = {"class": " ".join([classes, *filter(None, own)])}
    if isinstance(bound.field, forms.DateField):
        attributes |= {"inputmode": "numeric", "autocomplete": bound.field.widget.attrs.get("autocomplete", "off")}
    if isinstance(bound.field, forms.TimeField):
        attributes["inputmode"] = "numeric"
    if isinstance(bound.field.widget, forms.Textarea):
        attributes["data-nn-draft"] = bound.field.widget.attrs.get("data-nn-draft", "")  # empty: by page and name
    if described and kind != "choices":
        attributes["aria-describedby"] = " ".join(described)
    return attributes


@register.inclusion_tag("core/error_summary.html")
def error_summary(*all_forms: forms.BaseForm | list[forms.BaseForm]) -> dict[str, Any]:
    """Each thing to be mended as a link to its field; errors of the whole form first. A list of forms counts as those."""
    flat = [form for item in all_forms for form in ([item] if isinstance(item, forms.BaseForm) else item)]
    rows = [row for form in flat for row in _error_rows(form)]
    return {"rows": rows, "count": len(rows)}


def _error_rows(form: forms.BaseForm) -> list[dict[str, str]]:
    rows = [{"target": "", "label": "", "message": str(message)} for message in form.non_field_errors()]
    for bound in form:
        target = f"{bound.auto_id}_0" if _field_kind(bound.field.widget) == "choices" else bound.auto_id
        rows += [{"target": target, "label": str(bound.label), "message": str(message)} for message in bound.errors]
    return rows


@register.inclusion_tag("core/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page[Any], name: str = "trang") -> dict[str, Any]:
    """Back and on through `page`; `name` is the parameter of the address, the other parameters stay."""
    steps = {"previous_url": "", "next_url": ""}
    if page.has_previous():
        steps["previous_url"] = _page_url(context, name, page.previous_page_number())
    if page.has_next():
        steps["next_url"] = _page_url(context, name, page.next_page_number())
    return {"page": page, **steps}


def _page_url(context: RequestContext, name: str, number: int) -> str:
    parameters = context["request"].GET.copy()
    parameters[name] = str(number)
    return f"?{parameters.urlencode()}"
