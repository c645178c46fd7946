"""Searching petitions by beginnings of words, with or without marks: looked up in the index of words, no text is read."""

from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.db.models import Exists, OuterRef, Q, QuerySet

from nennep.core.text import fold, split_words
from nennep.petitions.choices import WORD_LIMIT
from nennep.petitions.models import PetitionWord

AFTER_LETTERS = "\uffff"
NAMED = 1000  # petitions that a search names by their ids


@dataclass(frozen=True, slots=True)
class Searched:
    """The same petitions, said twice: `every` for numbers, where all of them are looked at; `in_order` for the first of a sorted list."""

    every: Q
    in_order: Q


def search(words: str) -> Searched | None:
    """What has all these beginnings of words; None without words. One query.

    The longest is looked up, the others are asked of what it gives: long words are rare. What is found is named by its ids; where
    that is too much, whoever counts asks once for all of it, and whoever reads a page asks of each row until the page is full.
    """
    asked = sorted({word[:WORD_LIMIT] for word in split_words(fold(words))}, key=lambda word: (-len(word), word))
    if not asked:
        return None
    first, *others = asked
    found = reduce(_narrow, others, _begin(first)).values_list("petition_id", flat=True)
    keys = list(found[: NAMED + 1])
    if len(keys) <= NAMED:
        return Searched(Q(pk__in=set(keys)), Q(pk__in=set(keys)))
    return Searched(Q(pk__in=found), reduce(and_, (_is_in(word, "pk") for word in asked)))


def _begin(beginning: str) -> "QuerySet[PetitionWord]":
    return PetitionWord.objects.filter(word__gte=beginning, word__lt=f"{beginning}{AFTER_LETTERS}").order_by()


def _narrow(found: "QuerySet[PetitionWord]", beginning: str) -> "QuerySet[PetitionWord]":
    return found.filter(_is_in(beginning, "petition"))


def _is_in(beginning: str, column: str) -> Q:
    return Q(Exists(_begin(beginning).filter(petition=OuterRef(column))))
