"""Every address of the program that has a name, with a sample of each part of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

# What stands in an address when a test needs none that exists.
SAMPLES: dict[str, Any] = {
    "UUIDConverter": "00000000-0000-7000-8000-000000000000",
    "IntConverter": 1,
    "StringConverter": "1-x",
    "SlugConverter": "x",
    "PathConverter": "x",
    "DateConverter": date(2026, 11, 1),
    "MonthConverter": "2026-11",
}


@dataclass(frozen=True, slots=True)
class Address:
    """`name` with its namespace; `converters` by the name of the part."""

    name: str
    is_ours: bool
    converters: dict[str, str]

    def sample_parts(self) -> dict[str, Any]:
        return {part: SAMPLES.get(converter, "1-x") for part, converter in self.converters.items()}


def list_callbacks() -> list[Callable[..., Any]]:
    """What every address leads to, named or not; a decorated view has the module and the name of what it decorates."""
    return list(_walk_callbacks(get_resolver()))


def _walk_callbacks(resolver: URLResolver) -> Iterator[Callable[..., Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk_callbacks(entry)
        else:
            yield entry.callback


def list_addresses() -> list[Address]:
    """All named addresses, sorted; allauth's are outside our namespaces but are ours to watch all the same."""
    found = {address.name: address for address in _walk(get_resolver(), "", {})}
    return [found[name] for name in sorted(found)]


def _parts_of(pattern: Any) -> dict[str, str]:
    """Converter by part; a named group of a regular expression (allauth's) counts as text."""
    if isinstance(pattern, RegexPattern):
        return dict.fromkeys(pattern.regex.groupindex, "StringConverter")
    return {name: type(kind).__name__ for name, kind in pattern.converters.items()}


def _walk(resolver: URLResolver, namespace: str, converters: dict[str, str]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        parts = converters | _parts_of(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, parts)
        elif entry.name:
            module = getattr(entry.callback, "__module__", "")
            yield Address(f"{namespace}{entry.name}", module.startswith("nennep."), parts)
