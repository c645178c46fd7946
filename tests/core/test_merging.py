"""Two people write the same text: nothing of either is lost, and nobody is asked without need."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nennep.core.merging import Clash, TextsChanged, ValuesChanged, merge_texts, settle_texts, settle_values

WORDS = st.sampled_from(["Một là", "Hai là", "Ba là", "Bốn là", "Ý kiến khác", ""])
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
TEXTS = st.lists(WORDS, max_size=8).map("\n".join)


def put(base: str, mine: str, theirs: str) -> str:
    return merge_texts(base=base, mine=mine, theirs=theirs).text


def test_edits_of_neighbours_come_together_without_asking() -> None:
    merge = merge_texts(base="một\nhai\nba", mine="MỘT\nhai\nba", theirs="một\nHAI\nba\nbốn")
    assert (merge.text, merge.clashes) == ("MỘT\nHAI\nba\nbốn", ())


def test_the_same_paragraph_written_twice_is_shown_with_what_it_was() -> None:
    merge = merge_texts(base="một\nhai", mine="một\nhai của tôi", theirs="một\nhai của người khác")
    assert merge.clashes == (Clash(("hai",), ("hai của tôi",), ("hai của người khác",)),)
    assert merge.text == "một\nhai của người khác\nhai của tôi"


def test_two_paragraphs_at_the_same_place_are_a_question() -> None:
    merge = merge_texts(base="", mine="của tôi", theirs="của người khác")
    assert merge.clashes == (Clash((), ("của tôi",), ("của người khác",)),)
    assert merge_texts(base="", mine="như nhau", theirs="như nhau").clashes == ()


def test_a_paragraph_put_before_or_behind_one_that_the_other_changed_comes_without_asking() -> None:
    before = merge_texts(base="một", mine="đầu\nmột", theirs="MỘT")
    assert (before.text, before.clashes) == ("đầu\nMỘT", ())
    behind = merge_texts(base="một\nhai", mine="MỘT\nhai", theirs="một\nchen\nhai")
    assert (behind.text, behind.clashes) == ("MỘT\nchen\nhai", ())


def test_what_one_deletes_and_the_other_changes_is_a_question() -> None:
    merge = merge_texts(base="một\nhai", mine="một", theirs="một\nhai, rõ hơn")
    assert merge.clashes == (Clash(("hai",), (), ("hai, rõ hơn",)),)
    assert put("một\nhai", "một", "một\nhai") == "một"


def test_a_passage_written_anew_clashes_with_every_paragraph_that_the_other_changed_in_it() -> None:
    merge = merge_texts(base="một\nhai\nba\nbốn", mine="gọn lại\nbốn", theirs="một\nHAI\nBA\nbốn")
    assert merge.parts == (Clash(("một", "hai", "ba"), ("gọn lại",), ("một", "HAI", "BA")), "bốn")


def test_paragraphs_that_often_repeat_are_compared_like_others() -> None:
    """Long lists of the same few lines: what two people change far from each other is no question."""
    base = random.Random(1).choices(["Có mặt.", "Đã đọc.", "Nhất trí."], k=250)  # noqa: S311  the same each time
    mine, theirs = base.copy(), base.copy()
    mine[3], theirs[200] = "Chưa đọc.", "Vắng."
    merge = merge_texts(base="\n".join(base), mine="\n".join(mine), theirs="\n".join(theirs))
    assert (merge.clashes, merge.text.split("\n")[3], merge.text.split("\n")[200]) == ((), "Chưa đọc.", "Vắng.")


def test_a_clash_shows_a_paragraph_of_both_once() -> None:
    merge = merge_texts(base="", mine="chung\ncủa tôi", theirs="của người khác\nchung")
    assert merge.text == "của người khác\nchung\ncủa tôi"


@PATIENT
@given(base=TEXTS, other=TEXTS)
def test_when_one_side_wrote_nothing_the_other_stands(base: str, other: str) -> None:
    assert put(base, base, other) == other
    assert put(base, other, base) == other
    assert put(base, other, other) == other


@PATIENT
@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_no_paragraph_that_somebody_wrote_disappears(base: str, mine: str, theirs: str) -> None:
    merge = merge_texts(base=base, mine=mine, theirs=theirs)
    kept = merge.text.split("\n")
    for side in (mine, theirs):
        written = set(side.split("\n")) - set(base.split("\n")) - {""}
        assert written <= set(kept)


@PATIENT
@given(base=st.permutations("abcdef"), mine=st.permutations("abcdef"), theirs=st.permutations("abcdef"))
def test_what_all_have_stays_wherever_it_was_moved(base: list[str], mine: list[str], theirs: list[str]) -> None:
    merge = merge_texts(base="\n".join(base), mine="\n".join(mine), theirs="\n".join(theirs))
    assert set(merge.text.split("\n")) == set("abcdef")


@PATIENT
@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_who_comes_first_changes_nothing_but_the_order_of_a_clash(base: str, mine: str, theirs: str) -> None:
    here, there = (merge_texts(base=base, mine=a, theirs=b) for a, b in ((mine, theirs), (theirs, mine)))
    assert [(clash.base, clash.mine, clash.theirs) for clash in here.clashes] == [
        (clash.base, clash.theirs, clash.mine) for clash in there.clashes
    ]
    if not here.clashes:
        assert here.text == there.text


@PATIENT
@given(st.lists(st.sampled_from(["mine", "theirs", "nobody", "deleted by me"]), max_size=12))
def test_edits_of_different_paragraphs_never_ask(who: list[str]) -> None:
    base = [f"đoạn {at}" for at in range(len(who))]
    mine = [f"{line} tôi sửa" if person == "mine" else line for line, person in zip(base, who, strict=True)]
    theirs = [f"{line} sửa" if person == "theirs" else line for line, person in zip(base, who, strict=True)]
    expected = [a if person == "mine" else b for a, b, person in zip(mine, theirs, who, strict=True)]
    merge = merge_texts(base="\n".join(base), mine="\n".join(mine), theirs="\n".join(theirs))
    assert (merge.text, merge.clashes) == ("\n".join(expected), ())


def test_only_texts_that_clash_are_asked_about() -> None:
    base = {"note": "một\r\nhai", "end": "x"}
    mine = {"note": "một\r\nhai của tôi", "end": "x", "new": "không có bản cũ"}
    assert settle_texts(base=base, mine=mine, theirs={"note": "MỘT\nhai", "end": "y", "new": "cũ"}) == {
        "note": "MỘT\nhai của tôi",
        "end": "y",
        "new": "không có bản cũ",
    }
    with pytest.raises(TextsChanged) as refusal:
        settle_texts(base=base, mine=mine, theirs={"note": "một\nhai khác", "end": "y"})
    assert list(refusal.value.merges) == ["note"]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "settled"),
    [
        ({"a": "1"}, {"a": "1"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "1"}, {"a": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "2"}, {"a": "2"}),
        ({}, {"a": "2"}, {"a": "3"}, {"a": "2"}),
        ({"a": "1", "b": "1"}, {"a": "2", "b": "1"}, {"a": "1", "b": "3"}, {"a": "2", "b": "3"}),
        ({"a": "1"}, {"a": "2"}, {"a": "3"}, None),
    ],
    ids=["theirs", "mine", "the same", "without a base", "each one's own", "both"],
)
def test_values_that_two_chose(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str], settled: dict[str, str] | None
) -> None:
    if settled is not None:
        assert settle_values(base=base, mine=mine, theirs=theirs) == settled
        return
    with pytest.raises(ValuesChanged) as refused:
        settle_values(base=base, mine=mine, theirs=theirs)
    assert refused.value.stands == theirs
