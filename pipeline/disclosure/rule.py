"""How a mart is hidden: the shape of a rule, and the columns that rules share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

WAVES = ("wave_pre", "wave_post")
WHO_CHANGED = ("n_improved", "n_unchanged", "n_worsened")
INTERVAL = ("ci_low", "ci_high")
MULTINOMIAL_TESTS = ("p_wilcoxon", "p_stuart_maxwell", "p_bowker")
SCALE = ("evaluation", "instrument", "respondent", "scale")

Way = Literal[
    "scale",
    "with_change",
    "groups",
    "employment",
    "paths",
    "two_way",
    "money",
    "beside",
    "measure",
    "with_survey",
    "follows",
    "no_cells",
]


@dataclass(frozen=True, slots=True)
class Rules:
    """How one mart is hidden.

    way: which step looks at it: `scale` (changes and levels of scales), `with_change` (goes with the change of
    the same scale and group), `groups` (a base in each group of a breakdown), `employment`, `two_way` (lines
    that add up: goals, services), `measure` (a base, no groups), `with_survey` (goes with the answers of the
    survey it comes from), `paths` (employment by wave and way), `money` (a breakdown whole or not at all), `beside`
    (made of figures of other marts), `follows` (shown where the changes and levels are that it is made from),
    `no_cells` (nothing about persons but who was asked and answered).
    base: the column of persons that a row's figures rest on (null: it stands in another table); block: the
    columns besides the group that tell linked rows apart; figures: what goes with a suppressed row;
    with_count: columns that go with a hidden count, as they would give it away; split, beside: counts that add
    up to the base, and counts of others beside them; shown: what tells of no person and always stays.
    """

    way: Way
    base: str | None
    block: tuple[str, ...]
    figures: tuple[str, ...]
    with_count: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    split: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
