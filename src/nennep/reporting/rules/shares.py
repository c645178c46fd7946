"""The shares by which units are set side by side, and the bands in which they are counted."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counts
from nennep.reporting.rules.figures import percent_of


@dataclass(frozen=True, slots=True)
class Share:
    """One measure of another in percent; `key` stands in addresses."""

    key: str
    label: Promise
    part: str
    whole: str

    def of(self, counts: Counts) -> float | None:
        """One decimal; None where there is nothing to divide by."""
        return percent_of(counts[self.part], counts[self.whole])


SHARES = (
    Share("hop", _("Đã họp"), "cells_met", "cells"),
    Share("ngay", _("Đúng ngày"), "cells_on_time", "cells"),
    Share("du", _("Dự họp"), "present", "counted"),
    Share("noi", _("Phát biểu"), "speakers", "present"),
    Share("viec", _("Nhiệm vụ đúng hạn"), "tasks_done", "tasks_due"),
    Share("ho-so", _("Hồ sơ đúng hạn"), "filed_in_time", "cells_met"),
    Share("tot", _("Buổi loại Tốt"), "graded_good", "scored"),
)


@dataclass(frozen=True, slots=True)
class ShareBand:
    """From `least` percent on, up to the next one above."""

    least: float
    label: str


BANDS = (
    ShareBand(95, "95–100%"),
    ShareBand(90, "90–95%"),
    ShareBand(80, "80–90%"),
    ShareBand(60, "60–80%"),
    ShareBand(0, "< 60%"),
)


def find_band(value: float) -> ShareBand:
    """Closed below: exactly 90 percent is in the band that begins there."""
    return next(band for band in BANDS if value >= band.least)
