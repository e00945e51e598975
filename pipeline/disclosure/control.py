"""Disclosure control: what may be shown outside the restricted zone (METHODS, "Disclosure control")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipeline import schemas
from pipeline.disclosure import show
from pipeline.disclosure.complement import protect_values
from pipeline.disclosure.count_tables import count_systems
from pipeline.disclosure.dominance import DominatedLines, dominated_lines
from pipeline.disclosure.groups import Nesting
from pipeline.disclosure.rows import hide_small_bases
from pipeline.disclosure.rules import require_rules
from pipeline.disclosure.scale_rows import hide_small_scale_rows
from pipeline.disclosure.setting import Setting, hidden_targets
from pipeline.disclosure.single_rows import hidden_ends, hide_single_rows
from pipeline.disclosure.survey_changes import hide_with_survey
from pipeline.disclosure.two_way import hide_two_way, unlisted
from pipeline.plan import Plan


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What came of disclosure control.

    flagged: the marts with every figure, `suppressed` set on rows that are hidden whole (restricted).
    public: the same tables, hidden figures null. proof (restricted): a row for each hidden cell with table,
    key, column, rule (small_base, small_count, small_group_split, dominance, detail, complementary) and its
    feasible interval.
    """

    flagged: dict[str, pl.DataFrame]
    public: dict[str, pl.DataFrame]
    proof: pl.DataFrame


def control(
    marts: Mapping[str, pl.DataFrame],
    plan: Plan,
    municipalities: pl.DataFrame,
    services: pl.DataFrame | None = None,
    population_members: pl.DataFrame | None = None,
    evaluation_members: pl.DataFrame | None = None,
) -> Disclosed:
    """Hide small cells and what would give them away; published figures are never altered.

    marts: frames by name (`mart.score_change` …). municipalities: meta.municipality, for the regions. services,
    population_members, evaluation_members: the tables of core, for the rule on money that one or two persons
    hold; without all three the rule is left out. Within one release; an earlier one is not looked at.
    Raises DisclosureRuleError for a mart or a column that no rule names.
    """
    keys = {table: schema.primary_key() for table, schema in schemas.MART.items()}
    for table, frame in marts.items():
        require_rules(table, frame.columns, keys.get(table, []))
    dominated: DominatedLines = frozenset()
    if services is not None and population_members is not None and evaluation_members is not None:
        dominated = dominated_lines(services, population_members, evaluation_members)
    setting = Setting(marts, Nesting(municipalities), plan.disclosure, dominated)
    rows = [*hide_small_bases(setting), *hide_small_scale_rows(setting)]
    two_way = hide_two_way(setting)
    hidden_rows = {(target.table, target.row): rule for target, rule in hidden_targets([*rows, *two_way])}
    counts = count_systems(setting, hidden_rows)
    protect_values([*two_way, *counts])
    single = hide_single_rows(setting, hidden_ends(setting, counts))
    survey = hide_with_survey(setting, [*rows, *counts])
    systems = [*rows, *two_way, *counts, *single, *survey]
    hidden = [target for target, _ in hidden_targets(systems)]
    marked = show.flagged(marts, hidden)
    return Disclosed(marked, unlisted(show.public(marked, hidden)), show.proof(marts, systems, keys))
