"""QR codes as drawings in the page."""

from django.utils.safestring import SafeString, mark_safe


def draw_qr(text: str) -> SafeString:
    """An inline SVG of `text`: black on white with the quiet zone, sized by the style sheet."""
    import segno

    drawing: str = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, light="#fff", svgclass="nn-qr-print"
    )
    return mark_safe(drawing)  # noqa: S308  segno writes only paths and colours
