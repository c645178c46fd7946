"""Template tags of the account pages: `{% load accounts %}`."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nennep.core.qr import draw_qr

register = template.Library()

# The first word that occurs decides: Edge and Opera also call themselves Chrome, Chrome also Safari.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "coc_coc": "Cốc Cốc",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "Linux": "Linux",
}


@register.filter
def device_name(user_agent: str) -> str:
    """`Chrome trên Android` from what the browser says of itself; `Máy không rõ` when nothing is recognised."""
    browser = next((name for word, name in _BROWSERS.items() if word in user_agent), "")
    system = next((name for word, name in _SYSTEMS.items() if word in user_agent), "")
    if browser and system:
        return _("%(browser)s trên %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Máy không rõ")


@register.simple_tag
def qr(text: str) -> SafeString:
    """`text` as a QR drawing."""
    return draw_qr(text)
