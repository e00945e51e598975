"""Disclosure control: which figures leave the restricted zone, so that nobody can be found in them."""

from pipeline.disclosure.control import Disclosed, control
from pipeline.disclosure.rules import DisclosureRuleError

__all__ = ["Disclosed", "DisclosureRuleError", "control"]
