"""`<year:…>`: the years a plan or a book can be of; anything else is not an address."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class YearConverter(IntConverter):
    regex = "20[0-9]{2}"


register_converter(YearConverter, "year")
