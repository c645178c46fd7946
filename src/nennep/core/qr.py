"""QR codes as drawings in the page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def draw_qr(text: str, *, scale: int = 6) -> SafeString:
    """An inline SVG of `text`: black on white with the quiet zone, without style attributes."""
    drawing: str = segno.make(text, error="m", micro=False).svg_inline(scale=scale, light="#fff", svgclass="nn-qr")
    return mark_safe(drawing)  # noqa: S308  segno writes only paths and colours
