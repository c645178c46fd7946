"""The file that calendar programs read: what stands in it, and that it keeps to RFC 5545."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from nennep.core import calendar
from nennep.core.calendar import CalendarEntry, list_entries, register_calendar, write_calendar
from tests.factories.core import NOW

ENTRY = CalendarEntry(
    uid="meeting-1@nennep",
    title="Sinh hoạt thường kỳ, Chi bộ thôn Nặm Chá; xã Lăng Can",
    begins=NOW,
    ends=NOW + timedelta(minutes=90),
    changed_at=NOW - timedelta(days=9),
    place="Nhà văn hóa thôn Nặm Chá, cạnh trường tiểu học, xã Lăng Can, tỉnh Tuyên Quang",
    url="/sinh-hoat/1/giay-moi/",
    sequence=2,
)


def write(*entries: CalendarEntry) -> bytes:
    return write_calendar(entries, name="Lịch sinh hoạt", address="https://chibo.example.vn/")


def test_an_entry_says_what_when_and_where() -> None:
    (event,) = Calendar.from_ical(write(ENTRY)).walk("VEVENT")
    assert (str(event["summary"]), str(event["location"])) == (ENTRY.title, ENTRY.place)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (ENTRY.begins, ENTRY.ends)
    assert (str(event["uid"]), event.decoded("sequence"), str(event["status"])) == ("meeting-1@nennep", 2, "CONFIRMED")
    assert str(event["url"]) == "https://chibo.example.vn/sinh-hoat/1/giay-moi/"
    assert event.decoded("dtstamp") == ENTRY.changed_at
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-1)
    assert (str(alarm["action"]), str(alarm["description"])) == ("DISPLAY", ENTRY.title)
    assert event.decoded("last-modified") == ENTRY.changed_at


def test_local_time_is_that_of_vietnam() -> None:
    content = write(ENTRY)
    assert b"DTSTART;TZID=Asia/Ho_Chi_Minh:20261109T080000\r\n" in content
    assert b"BEGIN:VTIMEZONE\r\nTZID:Asia/Ho_Chi_Minh\r\n" in content
    assert b"TZOFFSETTO:+0700\r\n" in content
    assert b"TZOFFSETFROM:+0700\r\n" in content
    assert b"DTSTART:19750613T000000\r\n" in content  # since when Vietnam has had one time
    assert b"TZNAME:+07\r\n" in content


def test_the_file_says_what_it_is_and_when_to_ask_again() -> None:
    (found,) = Calendar.from_ical(write(ENTRY)).walk("VCALENDAR")
    assert (str(found["version"]), str(found["method"])) == ("2.0", "PUBLISH")
    assert (str(found["name"]), str(found["x-wr-calname"])) == ("Lịch sinh hoạt", "Lịch sinh hoạt")
    assert str(found["prodid"]) == "-//Nen Nep//VI"
    lines = write(ENTRY).split(b"\r\n")
    assert {b"REFRESH-INTERVAL;VALUE=DURATION:PT6H", b"X-PUBLISHED-TTL:PT6H", b"X-WR-TIMEZONE:Asia/Ho_Chi_Minh"} <= set(
        lines
    )
    assert lines[:3] == [b"BEGIN:VCALENDAR", b"PRODID:-//Nen Nep//VI", b"VERSION:2.0"]


def test_an_entry_without_a_place_or_a_page_names_none() -> None:
    (event,) = Calendar.from_ical(write(CalendarEntry("a", "Họp", NOW, NOW, NOW))).walk("VEVENT")
    assert ("location" in event, "url" in event, event.decoded("sequence")) == (False, False, 0)
    assert (str(event["transp"]), str(event["class"])) == ("OPAQUE", "PRIVATE")


def test_what_was_called_off_says_so_without_an_alarm() -> None:
    gone = CalendarEntry("a", "Không họp", NOW, NOW + timedelta(hours=1), NOW, cancelled=True)
    (event,) = Calendar.from_ical(write(gone)).walk("VEVENT")
    assert (str(event["status"]), str(event["transp"]), event.walk("VALARM")) == ("CANCELLED", "TRANSPARENT", [])


def test_the_same_entries_give_the_same_bytes() -> None:
    assert write(ENTRY) == write(ENTRY)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), st.text(max_size=200))
def test_lines_are_folded_and_nothing_breaks_out(title: str, place: str) -> None:
    """RFC 5545 §3.1: lines end with CRLF, hold at most 75 bytes, and no fold cuts a character in two."""
    entry = CalendarEntry("a", title, NOW, NOW + timedelta(hours=1), NOW, place=place)
    content = write(entry)
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line] == []
    assert [line.decode() for line in lines] != []
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 1


def test_sources_are_asked_in_turn() -> None:
    later = CalendarEntry("b", "B", NOW + timedelta(days=1), NOW + timedelta(days=1), NOW)
    same_time = CalendarEntry("a", "C", later.begins, later.ends, NOW)
    before = list(calendar._sources)
    calendar._sources.clear()
    try:
        for source in (lambda _user, _since: [later, same_time], lambda _user, _since: [ENTRY]):
            register_calendar(source)
            register_calendar(source)  # registered twice, asked once
        assert list_entries(user_id=1, since=NOW) == [ENTRY, same_time, later]
    finally:
        calendar._sources[:] = before
