"""`<year:…>`: the years a plan or a book can be of; `<month:…>`: `2026-11`; `<span:…>`: that, `2026-q4`, `2026`. Nothing else is one."""

from django.urls import register_converter
from django.urls.converters import IntConverter

from nennep.core.periods import Month, Span


class YearConverter(IntConverter):
    regex = "20[0-9]{2}"


class MonthConverter:
    """`2026-11`."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> Month:
        """ValueError, which Django takes for "no such address", for the thirteenth month."""
        return Month.parse(value)

    def to_url(self, value: Month | str) -> str:
        return str(value)


class SpanConverter:
    """A month, a quarter, a year."""

    regex = "[0-9]{4}(?:-[0-9]{2}|-q[1-4])?"

    def to_python(self, value: str) -> Span:
        """ValueError, which Django takes for "no such address", for the thirteenth month."""
        return Span.parse(value)

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
register_converter(SpanConverter, "span")
