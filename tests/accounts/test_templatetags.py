import pytest

from nennep.accounts.templatetags.accounts import device_name, qr

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 {}Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME.format("Linux; Android 10; K", "Mobile "), "Chrome trên Android"),
        (CHROME.format("Windows NT 10.0; Win64; x64", "").replace("Safari", "Safari/537.36 Edg"), "Edge trên Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox trên Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari trên iPhone",
        ),
        ("curl/8.5.0", "Máy không rõ"),
        ("", "Máy không rõ"),
    ],
)
def test_device_is_named_as_people_call_it(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


def test_a_qr_is_a_whole_drawing_without_inline_style() -> None:
    drawing = qr("http://localhost/tai-khoan/ma/#ABCD2345")
    assert drawing.startswith("<svg")
    assert "viewBox" in drawing
    assert "style=" not in drawing
