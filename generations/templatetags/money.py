"""Money on pages: `services/amounts` as filters."""

from django import template

from generations.services.amounts import few_figures, money, perhaps, roughly

register = template.Library()

for words in (money, few_figures, roughly, perhaps):
    register.filter(words.__name__, words)
