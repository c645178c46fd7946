"""`<year:…>`: the years a plan or a book can be of; `<month:…>`: `2026-11`. Anything else is not an address."""

from django.urls import register_converter
from django.urls.converters import IntConverter

from nennep.core.periods import Month


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


register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
