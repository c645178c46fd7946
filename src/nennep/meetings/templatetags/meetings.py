"""Template tags of meetings: `{% load meetings %}`."""

from django import template

from nennep.policies.rules import say_document

register = template.Library()
register.filter("say_document", say_document)
