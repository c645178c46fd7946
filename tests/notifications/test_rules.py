"""Which channels, what an SMS can say, where a push may go, when to try again."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nennep.notifications.choices import SMS_LIMIT, Channel, DeliveryState
from nennep.notifications.rules.channels import Means, choose_channels, first_state, next_try
from nennep.notifications.rules.push import are_public, is_acceptable_endpoint
from nennep.notifications.rules.sms import fit_sms
from tests.factories.core import NOW

APP, EMAIL, SMS, PUSH, PRINT = Channel.APP, Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.PRINT


@pytest.mark.parametrize(
    ("means", "expected"),
    [
        (Means(has_account=True), (APP,)),
        (Means(has_account=True, has_email=True, has_subscription=True), (APP, EMAIL, PUSH)),
        (Means(has_subscription=True), ()),
        (Means(), ()),
        (Means("app", has_account=True, has_phone=True), (APP,)),
        (Means("app", has_phone=True), (SMS,)),
        (Means("app"), (PRINT,)),
        (Means("email", has_email=True), (EMAIL,)),
        (Means("email", has_account=True), (APP,)),
        (Means("email"), (PRINT,)),
        (Means("sms", has_account=True, has_phone=True), (APP, SMS)),
        (Means("sms", has_account=True), (APP, PRINT)),
        (Means("print", has_account=True, has_phone=True), (APP, PRINT)),
        (Means("print", has_email=True), (EMAIL, PRINT)),
    ],
)
def test_channels_follow_wish_and_means(means: Means, expected: tuple[Channel, ...]) -> None:
    assert choose_channels(means) == expected


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["app", "email", "sms", "print"]), *[st.booleans()] * 4)
def test_nobody_of_a_cell_is_left_out(reach: str, account: bool, email: bool, phone: bool, device: bool) -> None:
    means = Means(reach, has_account=account, has_email=email, has_phone=phone, has_subscription=device)
    chosen = choose_channels(means)
    assert chosen != ()
    possible = {APP: account, EMAIL: email, SMS: phone, PUSH: account and device, PRINT: True}
    assert [channel for channel in chosen if not possible[channel]] == []


def test_what_a_fresh_delivery_waits_for() -> None:
    assert first_state(APP, has_gateway=False) == DeliveryState.SENT
    assert first_state(EMAIL, has_gateway=False) == DeliveryState.WAITING
    assert [first_state(SMS, has_gateway=has) for has in (True, False)] == [
        DeliveryState.WAITING,
        DeliveryState.BY_HAND,
    ]
    assert first_state(PRINT, has_gateway=True) == DeliveryState.BY_HAND


def test_it_is_tried_three_times_more() -> None:
    waits = [next_try(attempts, NOW) for attempts in range(1, 5)]
    hours = [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3)]
    assert waits == [*(NOW + wait for wait in hours), None]


def test_marks_go_away() -> None:
    assert (
        fit_sms("Đồng chí Vàng Thị Mỷ – “họp”  lúc 19:30…", plain=True) == 'Dong chi Vang Thi My - "hop" luc 19:30...'
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a" * 160, "a" * 160),
        (" a \n b ", "a b"),
        ("a" * 161, "a" * 158 + ".."),
        ("a" * 157 + " b c d", "a" * 157 + ".."),
        ("a" * 150 + " bbbbbbbbbbb", "a" * 150 + ".."),
        ("aaaa " * 33, "aaaa " * 30 + "aaaa.."),
    ],
    ids=["fits", "spaces", "one word", "at the end", "in a word", "many words"],
)
def test_a_long_text_is_cut_between_words(text: str, line: str) -> None:
    assert (fit_sms(text, plain=False), fit_sms(text, plain=True)) == (line, line)


LINK = "https://nen-nep.example/sinh-hoat/01a22e68-cb6f-7358/"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{'Kính mời ' * 30}{LINK}", f"{'Kính mời ' * 11}Kính.. {LINK}"),
        (f"{'Kính mời ' * 30}{LINK} trước giờ họp", f"{'Kính mời ' * 11}Kính.. {LINK}"),
        (f"{'a' * (160 - len(LINK) - 1)} {LINK}", f"{'a' * (160 - len(LINK) - 1)} {LINK}"),
        (f"{'a ' * 60}{LINK} b", f"{('a ' * 60)[: 160 - len(LINK) - 3].rstrip()}.. {LINK}"),
        (f"Xem https://{'x' * 153}", "Xem"),
        (f"https://{'x' * 152} {'b ' * 9}", f"https://{'x' * 152}"),
    ],
    ids=["at the end", "in the middle", "fits", "just too long", "longer than all", "a link alone"],
)
def test_a_link_is_whole_or_not_there(text: str, line: str) -> None:
    assert len(line) <= SMS_LIMIT
    assert fit_sms(text, plain=False) == line


def test_a_composed_letter_counts_once() -> None:
    decomposed = "e\u0302" * 160
    assert fit_sms(decomposed, plain=False) == "ê" * 160
    assert fit_sms(decomposed, plain=True) == "e" * 160


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.booleans())
def test_an_sms_is_one_line_of_160_signs(text: str, plain: bool) -> None:
    line = fit_sms(text, plain=plain)
    assert len(line) <= SMS_LIMIT
    assert "\n" not in line
    assert line.isascii() or not plain


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[fd00::1]/x",
        "https://2130706433/x",
        "https://localhost/x",
        "https://printer.local/x",
        "https://db.internal/x",
        "https://push.example.com:8443/x",
        "https://push.example.com:x/x",
        "https://a@push.example.com/x",
        "ftp://push.example.com/x",
        "https://host.localhost/x",
        "https://router.lan/x",
        "https://router.home.arpa/x",
        "https://printer.local./x",
        "https://localhost./x",
        "https://push.example.com:0/x",
        "",
    ],
)
def test_endpoints_inside_are_refused(endpoint: str) -> None:
    assert not is_acceptable_endpoint(endpoint)


def test_endpoints_of_push_services_are_taken() -> None:
    assert is_acceptable_endpoint("https://fcm.googleapis.com/fcm/send/abc")
    assert is_acceptable_endpoint("https://fcm.googleapis.com:443/fcm/send/abc")
    assert is_acceptable_endpoint("http://127.0.0.1:9/x", allowed=["http://127.0.0.1:9"])
    assert not is_acceptable_endpoint("http://127.0.0.1:99/x", allowed=["http://127.0.0.1:9"])


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (["142.250.1.1", "2a00:1450:4001::1"], True),
        (["142.250.1.1", "10.0.0.1"], False),
        (["169.254.169.254"], False),
        (["fe80::1%eth0"], False),
        (["::ffff:127.0.0.1"], False),
        (["ff0e::1"], False),  # many hosts of the open internet, and not one
        ([], False),
    ],
)
def test_names_that_lead_inside_are_refused(addresses: list[str], expected: bool) -> None:
    assert are_public(addresses) is expected
