"""Disclosure control: which figures leave the restricted zone, so that nobody can be found in them."""

from pipeline.disclosure.control import Disclosed, control

__all__ = ["Disclosed", "control"]
