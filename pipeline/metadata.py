"""Schema `meta`: plan, measures, register and quantiles as tables, so that a query can join them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from scipy.special import stdtrit

from instruments import Instrument, Library, Scale, form_of
from pipeline import schemas
from pipeline.municipalities import SPLIT, Register
from pipeline.plan import Plan

DEGREES_OF_FREEDOM = (*range(1, 501), 1_000, 10_000, 1_000_000)
PROBABILITIES = (0.9, 0.95, 0.975, 0.99, 0.995)


def evaluations(plan: Plan) -> pl.DataFrame:
    """Table meta.evaluation."""
    rows = [
        {
            "evaluation": evaluation.id,
            "title_lv": evaluation.title.lv,
            "title_en": evaluation.title.en,
            "pre": evaluation.pre,
            "post": evaluation.post,
            "months": evaluation.months,
            "reporting_year": evaluation.reporting_year,
        }
        for evaluation in plan.evaluations
    ]
    return _table("meta.evaluation", rows)


def waves(plan: Plan) -> pl.DataFrame:
    """Table meta.wave."""
    rows = [
        {
            "evaluation": evaluation.id,
            "wave": name,
            "position": position,
            "opens": wave.opens,
            "closes": wave.closes,
            "after_months": wave.after_months,
            "window_days": wave.window_days,
        }
        for evaluation in plan.evaluations
        for position, (name, wave) in enumerate(evaluation.waves.items(), start=1)
    ]
    return _table("meta.wave", rows)


def municipalities(register: Register) -> pl.DataFrame:
    """Table meta.municipality."""
    schema = schemas.META["meta.municipality"]
    return schemas.checked(schema, register.frame.sort("municipality_code"))


def municipality_successors(register: Register) -> pl.DataFrame:
    """Table meta.municipality_successor: what each municipality was and became, over time."""
    rows = [
        {
            "municipality_code": code,
            "successor_code": found.code,
            "valid_from": found.valid_from,
            "valid_to": found.valid_to,
            "split": found.code != code and code in SPLIT,
        }
        for code in register.frame["municipality_code"].sort()
        for found in register.successors(code)
    ]
    return _table("meta.municipality_successor", rows)


def t_quantiles() -> pl.DataFrame:
    """Table meta.t_quantile: the quantiles that intervals need, by degrees of freedom."""
    rows = [
        {"df": df, "quantile": probability, "t": float(stdtrit(df, probability))}
        for df in DEGREES_OF_FREEDOM
        for probability in PROBABILITIES
    ]
    return _table("meta.t_quantile", rows)


def instruments(library: Library) -> pl.DataFrame:
    """Table meta.instrument."""
    rows = [
        {
            "instrument": instrument.id,
            "kind": instrument.kind,
            "title_lv": instrument.title.lv,
            "title_en": instrument.title.en,
            "version": str(instrument.version),
            "age_from": instrument.ages[0] if instrument.ages else None,
            "age_to": instrument.ages[1] if instrument.ages else None,
            "citation": instrument.citation,
            "terms": instrument.terms.en,
        }
        for instrument in library.values()
    ]
    return _table("meta.instrument", rows)


def scales(library: Library) -> pl.DataFrame:
    """Table meta.scale: each scale by kind of respondent, with the range and norm of that form."""
    rows = [
        _scale_row(instrument, scale, respondent)
        for instrument in library.scored
        for respondent in instrument.respondents
        for scale in instrument.scales
    ]
    return _table("meta.scale", rows)


def _scale_row(instrument: Instrument, scale: Scale, respondent: str) -> dict[str, object]:
    norm = scale.norm_for(respondent)
    lowest, highest = instrument.score_range(scale.id, respondent)
    return {
        "instrument": instrument.id,
        "respondent": respondent,
        "scale": scale.id,
        "label_lv": scale.label.lv,
        "label_en": scale.label.en,
        "items": len(scale.items),
        "metric": scale.metric_of(form_of(respondent)),
        "orientation": scale.orientation,
        "minimum": lowest,
        "maximum": highest,
        "norm_mean": norm.mean if norm else None,
        "norm_sd": norm.sd if norm else None,
    }


def items(library: Library) -> pl.DataFrame:
    """Table meta.item."""
    rows = [
        {
            "instrument": instrument.id,
            "item": item.code,
            "position": position,
            "label_lv": item.label.lv,
            "label_en": item.label.en,
            "minimum": item.minimum,
            "maximum": item.maximum,
            "reversed": item.reversed,
        }
        for instrument in library.values()
        for position, item in enumerate(instrument.items, start=1)
    ]
    return _table("meta.item", rows)


def _table(name: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    schema = schemas.META[name]
    dtypes = {column: definition.dtype for column, definition in schema.columns().items()}
    return schema.validate(pl.DataFrame(rows, schema=dtypes))
