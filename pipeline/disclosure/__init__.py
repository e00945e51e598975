"""Disclosure control: which figures leave the restricted zone, so that nobody can be found in them."""

from pipeline.disclosure.contributions import FACTS
from pipeline.disclosure.control import Disclosed, control
from pipeline.disclosure.money_facts import MONEY_FACTS
from pipeline.disclosure.past import EarlierRelease
from pipeline.disclosure.rules import DisclosureRuleError

__all__ = ["FACTS", "MONEY_FACTS", "Disclosed", "DisclosureRuleError", "EarlierRelease", "control"]
