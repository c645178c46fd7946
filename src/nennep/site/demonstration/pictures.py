"""Files that go with petitions of the demonstration: a drawn picture of a broken bridge, a letter on one page. Nobody's own."""

import struct
import zlib
from datetime import datetime

from django.core.files.base import ContentFile

from nennep.reporting.renderers.pdf import render_pdf
from nennep.site.demonstration.papers import make_word_file

WIDTH, HEIGHT = 320, 200
SKY, HILL, WATER, WOOD = (205, 226, 240), (111, 148, 92), (116, 160, 190), (120, 84, 52)


def draw_bridge(name: str) -> ContentFile[bytes]:
    """Sky, hills, a stream, and a bridge whose middle is gone, as a PNG."""
    rows = b"".join(b"\x00" + b"".join(bytes(_colour(x, y)) for x in range(WIDTH)) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return ContentFile(b"\x89PNG\r\n\x1a\n" + b"".join(_pack(*part) for part in parts), name=f"{name}.png")


def _pack(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _colour(x: int, y: int) -> tuple[int, int, int]:
    if 90 <= y < 102 and not 140 <= x < 205:
        return WOOD
    if y >= 102 and x % 90 < 6 and not 140 <= x < 205:
        return WOOD
    if y >= 150:
        return WATER
    return HILL if y > 95 - (x - 160) ** 2 // 500 else SKY


def write_letter(name: str, *lines: str, now: datetime) -> ContentFile[bytes]:
    """These lines on one page, as a PDF."""
    return ContentFile(render_pdf(make_word_file(lines), made_at=now), name=name)
