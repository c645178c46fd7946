from pathlib import Path

import polib
import pytest
from tools.collect_messages import (
    CATALOG,
    Message,
    NotLiteral,
    collect,
    is_translated,
    messages_of_python,
    messages_of_template,
    read_catalog,
)
from tools.compile_messages import compile_messages


def test_python_strings_of_every_kind_are_found() -> None:
    code = """
title = _("Đảng viên")
label = gettext_lazy("Chi bộ")
count = ngettext("%(n)s người", "%(n)s người cả thảy", n)
verb = pgettext("việc", "chấm")
_, other = pair
log.info("không dịch")
"""
    assert messages_of_python(code) == {
        Message("Đảng viên"),
        Message("Chi bộ"),
        Message("%(n)s người", "%(n)s người cả thảy"),
        Message("chấm", context="việc"),
    }


@pytest.mark.parametrize("text", ["f'Chi bộ {name}'", "'Chi bộ ' + name", "'Chi bộ %s' % name", "'{}'.format(name)"])
def test_a_text_put_together_is_refused(text: str) -> None:
    with pytest.raises(NotLiteral, match=r"forms\.py:1"):
        messages_of_python(f"_({text})", "forms.py")


def test_a_marked_text_may_be_looked_up_later() -> None:
    code = "NAMES = {'cell': gettext_noop('Chi bộ')}\nsaid = gettext(NAMES[kind])"
    assert messages_of_python(code) == {Message("Chi bộ")}


def test_template_strings_are_found_as_django_looks_them_up() -> None:
    template = """{% load i18n %}
<p title="{% translate 'Đảng viên' %}">{% blocktranslate trimmed count n=n %}
  Có {{ n }} việc,
  xong 5%
{% plural %}
  Có {{ n }} việc cả thảy
{% endblocktranslate %}</p>
{% include "x.html" with label=_("Chi bộ") %} {% translate "chấm" context "việc" %}
{# {% translate "bỏ" %} #}
"""
    assert messages_of_template(template) == {
        Message("Đảng viên"),
        Message("Có %(n)s việc, xong 5%%", "Có %(n)s việc cả thảy"),
        Message("Chi bộ"),
        Message("chấm", context="việc"),
    }


def _make_context(source: Path, name: str, code: str) -> Path:
    (source / name).mkdir(parents=True)
    (source / name / "__init__.py").write_text("")
    (source / name / "choices.py").write_text(code)
    return source / name


def test_collecting_keeps_translations_borrows_and_drops(tmp_path: Path) -> None:
    cells = _make_context(tmp_path, "cells", 'a = _("Chi bộ")\nb = _("Cũ")')
    people = _make_context(tmp_path, "people", 'a = _("Chi bộ")\nb = _("Người")')
    assert collect(tmp_path) == {"cells": 2, "people": 2}
    catalog = polib.pofile(str(cells / CATALOG))
    for entry in catalog:
        entry.msgstr = {"Chi bộ": "Cell", "Cũ": "Old"}[entry.msgid]
    catalog.save(str(cells / CATALOG))
    (cells / "choices.py").write_text('a = _("Chi bộ")')

    assert collect(tmp_path) == {"cells": 0, "people": 1}
    assert [(entry.msgid, entry.msgstr) for entry in read_catalog(people).values()] == [
        ("Chi bộ", "Cell"),
        ("Người", ""),
    ]
    assert [message.text for message in read_catalog(cells)] == ["Chi bộ"]


def test_collecting_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    folder = _make_context(tmp_path, "cells", 'a = ngettext("%(n)s chi bộ", "%(n)s chi bộ cả thảy", n)')
    collect(tmp_path)
    first = (folder / CATALOG).read_bytes()
    collect(tmp_path)
    assert (folder / CATALOG).read_bytes() == first
    assert [is_translated(entry) for entry in read_catalog(folder).values()] == [False]


def test_compiled_catalogs_say_the_translation(tmp_path: Path) -> None:
    folder = _make_context(tmp_path, "cells", 'a = _("Chi bộ")')
    collect(tmp_path)
    catalog = polib.pofile(str(folder / CATALOG))
    catalog[0].msgstr = "Cell"
    catalog.save(str(folder / CATALOG))
    (written,) = compile_messages(tmp_path)
    assert [(entry.msgid, entry.msgstr) for entry in polib.mofile(str(written))] == [("Chi bộ", "Cell")]
