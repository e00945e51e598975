"""Schema `mart`, on what stands beside a change: other models, other groups, who was lost, evidence cards."""

from __future__ import annotations

import dataframely as dy

from pipeline.schemas import codes
from pipeline.schemas.columns import (
    REASON,
    SUPPRESSED,
    coded,
    count,
    figure,
    flag,
    key,
    probability,
    text,
)
from pipeline.schemas.mart import ChangeKey, Population


class Sensitivity(ChangeKey):
    """A headline change by one model, on everybody or with one municipality left out."""

    model = dy.String(
        primary_key=True,
        check=lambda column: column.is_in(codes.MODELS),
        description="paired (the pairs alone) or mixed (score ~ wave + municipality + person, all waves).",
    )
    left_out = key("Municipality left out, by its ATVK code; `none` for everybody.")
    persons = count("Persons in the analysis.")
    observations = count("Scores in the analysis.", unit="scores")
    change = figure("Change from the pre to the post wave, positive = better.", unit="score")
    se = figure("Its standard error (mixed: generalised least squares).", unit="score", minimum=0)
    ci_low = figure("Lower limit of its 95 % interval (paired: t, mixed: Wald).", unit="score")
    ci_high = figure("Upper limit of its 95 % interval.", unit="score")
    p = probability("Two-sided p (paired: t, mixed: Wald z).")
    municipality_variance = figure("Variance between municipalities (REML).", unit="score squared", minimum=0)
    person_variance = figure("Variance between persons (REML).", unit="score squared", minimum=0)
    residual_variance = figure("Residual variance (REML).", unit="score squared", minimum=0)
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class Robustness(ChangeKey):
    """How far the analyses of one headline change agree."""

    paired_change = figure("Change by the paired analysis.", unit="score")
    mixed_change = figure("Change by the mixed model.", unit="score")
    difference = figure("mixed_change less paired_change.", unit="score")
    models_agree = dy.Bool(
        nullable=True,
        description="True when both intervals lie on the same side of 0, or both hold it.",
    )
    municipalities = count("Municipalities left out in turn.", unit="municipalities")
    least_change = figure("Least paired change without one municipality.", unit="score")
    least_without = text("The municipality without which it is least.", nullable=True)
    greatest_change = figure("Greatest paired change without one municipality.", unit="score")
    greatest_without = text("The municipality without which it is greatest.", nullable=True)
    conclude_otherwise = count(
        "Municipalities without which the paired interval lies on another side of 0.",
        unit="municipalities",
        nullable=True,
    )
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class BaselineDifference(ChangeKey):
    """How those scored at both waves differed at baseline from those scored then only."""

    characteristic = dy.String(
        primary_key=True,
        check=lambda column: column.is_in(codes.BASELINE_CHARACTERISTICS),
        description="What is compared: baseline_score, sex, age_band, care_level, residence.",
    )
    value = key("`mean` for the score; else the value whose share is compared.")
    n_completers = count("Completers whose value is known.")
    n_others = count("The others whose value is known.")
    completers = figure("Mean (or share 0-1) of the completers.", unit="score or share 0-1")
    others = figure("Mean (or share 0-1) of the others.", unit="score or share 0-1")
    difference = figure("Standardised difference, completers less others.", unit="standard deviations")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class NormComparison(Population):
    """How far the mean of everybody scored at a wave lies from the norm's."""

    wave = key("Wave of the plan.")
    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answered.")
    scale = key("Scale of the measure (meta.scale).")
    n = count("Persons scored.")
    norm_mean = figure("Mean of the norm.", unit="score")
    norm_sd = figure("Standard deviation of the norm.", unit="score", minimum=0)
    difference = figure("Mean of the persons less the norm's, in the scale's own direction.", unit="score")
    ci_low = figure("Lower limit of its 95 % t interval.", unit="score")
    ci_high = figure("Upper limit of its 95 % t interval.", unit="score")
    statistic = figure("t of the one-sample test.", unit="test statistic")
    df = figure("Its degrees of freedom.", unit="degrees of freedom")
    p = probability("Its two-sided p, not adjusted.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class ArmDifference(ChangeKey):
    """The mean change of those in the programme less that of those on the waiting list."""

    n_programme = count("Persons of the programme scored at both waves.")
    n_waiting = count("Persons of the waiting list scored at both waves.")
    change_programme = figure("Mean change in the programme, positive = better.", unit="score")
    change_waiting = figure("Mean change on the waiting list.", unit="score")
    difference = figure("change_programme less change_waiting.", unit="score")
    ci_low = figure("Lower limit of its 95 % interval (Welch).", unit="score")
    ci_high = figure("Upper limit of its 95 % interval (Welch).", unit="score")
    statistic = figure("Welch's t.", unit="test statistic")
    df = figure("Satterthwaite's degrees of freedom.", unit="degrees of freedom")
    p = probability("Two-sided p.")
    family = text("Family of tests that p is adjusted within.", nullable=True)
    p_adjusted = probability("p adjusted within its family (Holm if confirmatory, else Benjamini-Hochberg).")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class EvidenceCard(ChangeKey):
    """All that is known of one change in the programme or a municipality, on one card."""

    level = coded("interval or ordinal.", codes.LEVELS)
    eligible = count("Persons the measure is meant for, at the pre wave.", nullable=True)
    asked = count("Persons asked at the pre wave; null where no list was sent in.", nullable=True)
    n_pre = count("Persons scored at the pre wave.")
    n_pairs = count("Persons scored at both waves.")
    mean_change = figure("Mean change, positive = better (mart.score_change).", unit="score")
    ci_low = figure("Lower limit of its 95 % interval.", unit="score")
    ci_high = figure("Upper limit of its 95 % interval.", unit="score")
    pooled_change = figure("Partially pooled change (mart.municipality_change).", unit="score")
    pooled_low = figure("Lower limit of its 95 % interval.", unit="score")
    pooled_high = figure("Upper limit of its 95 % interval.", unit="score")
    effect = coded("The effect size named: g_av, or rank_biserial of an ordinal scale.", codes.EFFECTS)
    effect_size = figure("That effect size.", unit="effect size")
    p_adjusted = probability("p adjusted within its family.")
    verdict = coded("Verdict by the rule in METHODS.", codes.VERDICTS)
    detectable_change = figure("Mean change found with 80 % power with these pairs.", unit="score")
    threshold = figure("Threshold of a person's change.", unit="score", minimum=0)
    threshold_kind = coded("How the threshold was found.", codes.THRESHOLD_KINDS, nullable=True)
    n_improved = count("Persons who changed for the better beyond the threshold.", nullable=True)
    n_unchanged = count("Persons within the threshold.", nullable=True)
    n_worsened = count("Persons who changed for the worse beyond the threshold.", nullable=True)
    missing_data = coded("Whether those lost could overturn the change.", codes.MISSING_DATA)
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)
