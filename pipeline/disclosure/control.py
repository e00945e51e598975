"""Disclosure control: what may be shown outside the restricted zone (METHODS, "Disclosure control")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from pipeline import schemas
from pipeline.disclosure import show
from pipeline.disclosure.beside_rows import hide_beside
from pipeline.disclosure.complement import protect_values
from pipeline.disclosure.contributions import Facts, contributions
from pipeline.disclosure.count_tables import count_systems
from pipeline.disclosure.dominance import DominatedLines, dominated_lines
from pipeline.disclosure.followers import CARDS, hide_followers, without_details
from pipeline.disclosure.groups import Nesting
from pipeline.disclosure.money_facts import MONEY_FACTS, PersonalFacts, unsafe_sums
from pipeline.disclosure.money_rows import hide_money, unlisted_months
from pipeline.disclosure.past import EarlierRelease, Past
from pipeline.disclosure.past_rows import hide_few_changed
from pipeline.disclosure.path_rows import hide_ends, path_systems
from pipeline.disclosure.rows import hide_small_bases
from pipeline.disclosure.rules import require_rules
from pipeline.disclosure.scale_rows import hide_small_scale_rows
from pipeline.disclosure.setting import Setting, hidden_targets
from pipeline.disclosure.single_rows import hidden_ends, hide_single_rows
from pipeline.disclosure.survey_changes import hide_with_survey
from pipeline.disclosure.system import System
from pipeline.disclosure.two_way import hide_two_way, unlisted
from pipeline.disclosure.withdrawn_rows import hide_new_beside_withdrawn
from pipeline.outcomes.evidence_card import evidence_card
from pipeline.plan import Plan


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What came of disclosure control.

    flagged: the marts with every figure, `suppressed` set on rows that are hidden whole (restricted).
    public: the same tables, hidden figures null. proof (restricted): a row for each hidden cell with table,
    key, column, rule (small_base, small_count, small_group_split, dominance, detail, follows, small_difference
    from an earlier release, complementary) and its feasible interval.
    """

    flagged: dict[str, pl.DataFrame]
    public: dict[str, pl.DataFrame]
    proof: pl.DataFrame


def control(
    marts: Mapping[str, pl.DataFrame],
    plan: Plan,
    municipalities: pl.DataFrame,
    facts: Facts | None = None,
    earlier: Iterable[EarlierRelease] = (),
) -> Disclosed:
    """Hide small cells and what would give them away; published figures are never altered.

    marts: frames by name (`mart.score_change` …). municipalities: meta.municipality, for the regions. facts: the
    tables of core by name, those of MONEY_FACTS in every case: without core.service the rule on money that one or
    two persons hold is left out, without all of them the marts on months, budgets, services elsewhere and costs
    of outcomes show nothing. earlier: the other releases of the year, from which a later one can be taken; they
    need the tables of FACTS too, and are read one after another.
    Raises DisclosureRuleError for a mart or a column that no rule names.
    """
    keys = {table: schema.primary_key() for table, schema in schemas.MART.items()}
    for table, frame in marts.items():
        require_rules(table, frame.columns, keys.get(table, []))
    known = facts or {}
    personal = (
        PersonalFacts(*(known[table] for table in MONEY_FACTS)) if known.keys() >= set(MONEY_FACTS) else None
    )
    past = _compared(earlier, known)
    setting = Setting(marts, Nesting(municipalities), plan.disclosure, _dominated(known), past)
    rows = [*hide_small_bases(setting), *hide_small_scale_rows(setting)]
    two_way = hide_two_way(setting)
    hidden_rows = {(target.table, target.row): rule for target, rule in hidden_targets([*rows, *two_way])}
    counts, paths = count_systems(setting, hidden_rows), path_systems(setting)
    protect_values([*two_way, *counts, *paths])
    single = hide_single_rows(setting, hidden_ends(setting, counts))
    survey = hide_with_survey(setting, [*rows, *counts])
    systems = [*rows, *two_way, *counts, *paths, *single, *survey]
    systems += [*_derived(setting, systems, personal, municipalities), hide_followers(setting, hidden_rows)]
    hidden = [target for target, _ in hidden_targets(systems)]
    marked = show.flagged(marts, hidden)
    public = _with_cards(without_details(unlisted_months(unlisted(show.public(marked, hidden)))))
    latest = past[-1].release.proof if past else None
    return Disclosed(_flag_cards(marked), public, show.proof(marts, systems, keys, latest))


def _compared(earlier: Iterable[EarlierRelease], facts: Facts) -> tuple[Past, ...]:
    """The earlier releases beside the present facts, read one after another."""
    now: pl.DataFrame | None = None
    found = []
    for release in earlier:
        now = contributions(facts) if now is None else now
        found.append(Past.of(release, now))
    return tuple(found)


def _derived(
    setting: Setting, systems: list[System], personal: PersonalFacts | None, municipalities: pl.DataFrame
) -> list[System]:
    """Return the blocks of the marts that show again, in another way, what other marts show."""
    hidden = {target for target, _ in hidden_targets(systems)}
    unsafe = {} if personal is None else unsafe_sums(personal, municipalities, setting.plan.min_cell)
    return [
        *hide_money(setting, personal, unsafe, hidden),
        *hide_beside(setting, unsafe if personal else None, hidden),
        *hide_ends(setting, hidden),
        *hide_few_changed(setting),
        *hide_new_beside_withdrawn(setting),
    ]


def _dominated(facts: Facts) -> DominatedLines:
    """The lines of money that one or two persons hold; none where there are no services to look at."""
    if "core.service" not in facts:
        return frozenset()
    return dominated_lines(
        facts["core.service"], facts["core.population_member"], facts["core.evaluation_member"]
    )


def _with_cards(shown: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the public tables with evidence cards made from these tables: they show nothing else."""
    if CARDS not in shown:
        return shown
    sources = (shown[f"mart.{name}"] for name in ("score_change", "municipality_change", "participant_flow"))
    return {**shown, CARDS: evidence_card(*sources)}


def _flag_cards(marked: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the marts with every figure, the cards flagged as the changes that they show."""
    if CARDS not in marked:
        return marked
    key = schemas.MART[CARDS].primary_key()
    flags = marked["mart.score_change"].select(*key, "suppressed")
    cards = marked[CARDS]
    flagged = cards.drop("suppressed").join(flags, on=key, how="left", maintain_order="left")
    return {**marked, CARDS: flagged.select(cards.columns)}
