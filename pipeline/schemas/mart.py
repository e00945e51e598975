"""Schema `mart`, on scores: what the evaluation found. A null has its reason."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from pipeline.schemas import codes
from pipeline.schemas.columns import (
    GRP,
    POPULATION,
    REASON,
    SUPPRESSED,
    coded,
    coded_key,
    count,
    figure,
    flag,
    key,
    probability,
    share,
    text,
)


class Population(dy.Schema):
    """A population of an evaluation."""

    evaluation = key("Evaluation of the plan.")
    population = key(POPULATION)
    grp = key(GRP)


class ChangeKey(dy.Schema):
    """A change from the pre to the post wave on one scale in one population."""

    evaluation = key("Evaluation of the plan.")
    wave_pre = text("Wave before.")
    wave_post = text("Wave after.")
    population = key(POPULATION)
    grp = key(GRP)
    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answered, the same at both waves.")
    scale = key("Scale of the measure (meta.scale).")


class ScoreChange(ChangeKey):
    """The change on one scale from the pre to the post wave, of the people scored at both."""

    level = coded("interval or ordinal: decides which test is `test`.", codes.LEVELS)
    n_pre = count("Persons scored at the pre wave.")
    n_post = count("Persons scored at the post wave.")
    n_pairs = count("Persons scored at both, by the same kind of respondent.")
    mean_pre = figure("Mean at the pre wave, of the pairs.", unit="score")
    sd_pre = figure("Standard deviation at the pre wave, of the pairs.", unit="score", minimum=0)
    median_pre = figure("Median at the pre wave, of the pairs.", unit="score")
    mean_post = figure("Mean at the post wave, of the pairs.", unit="score")
    sd_post = figure("Standard deviation at the post wave, of the pairs.", unit="score", minimum=0)
    median_post = figure("Median at the post wave, of the pairs.", unit="score")
    mean_change = figure("Mean of (post - pre), positive = better for the person.", unit="score")
    ci_low = figure("Lower limit of the 95 % t interval of mean_change.", unit="score")
    ci_high = figure("Upper limit of the 95 % t interval of mean_change.", unit="score")
    test = coded("The test that `p` comes from.", codes.TESTS, nullable=True)
    statistic = figure("Statistic of that test: t, or the sum of positive ranks.", unit="test statistic")
    df = figure("Degrees of freedom of t; null for a rank test.", unit="degrees of freedom")
    p = probability("Two-sided p of `test`.")
    p_wilcoxon = probability("Two-sided p of the signed-rank test.")
    p_sign = probability("Two-sided p of the exact sign test.")
    family = text("Family of tests that p is adjusted within.", nullable=True)
    p_adjusted = probability("p adjusted within its family (Holm if confirmatory, else Benjamini-Hochberg).")
    d_z = figure("Mean change divided by the standard deviation of the changes.", unit="standard deviations")
    d_z_low = figure("Lower 95 % limit of d_z.", unit="standard deviations")
    d_z_high = figure("Upper 95 % limit of d_z.", unit="standard deviations")
    g_av = figure(
        "Mean change by the average standard deviation, Hedges-corrected.", unit="standard deviations"
    )
    rank_biserial = figure("Matched-pairs rank-biserial correlation, -1 to 1.", unit="coefficient")
    smallest_effect = figure("Smallest effect of interest, from the plan.", unit="score", minimum=0)
    p_equivalence = probability("p of two one-sided tests against the smallest effect.")
    verdict = coded("Verdict by the rule in METHODS.", codes.VERDICTS)
    n_improved = count("Persons who changed for the better beyond the threshold.", nullable=True)
    n_unchanged = count("Persons within the threshold.", nullable=True)
    n_worsened = count("Persons who changed for the worse beyond the threshold.", nullable=True)
    threshold = figure("Threshold of a person's change.", unit="score", minimum=0)
    threshold_kind = coded("How the threshold was found.", codes.THRESHOLD_KINDS, nullable=True)
    detectable_change = figure("Mean change found with 80 % power at alpha .05, two-sided.", unit="score")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)

    @dy.rule()
    def who_changed_adds_up(cls) -> pl.Expr:
        """Improved, unchanged and worsened add up to the pairs."""
        total = cls.n_improved.col + cls.n_unchanged.col + cls.n_worsened.col
        return total.is_null() | (total == cls.n_pairs.col)


class Responder(ChangeKey):
    """How many persons changed beyond one kind of threshold."""

    threshold_kind = coded_key("rci, rci_sample, mid or half_sd.", codes.THRESHOLD_KINDS)
    threshold = figure("Threshold of a person's change.", unit="score", minimum=0)
    n_improved = count("Persons who changed for the better beyond the threshold.")
    n_unchanged = count("Persons within the threshold.")
    n_worsened = count("Persons who changed for the worse beyond the threshold.")
    share_improved = share("Share improved of the pairs.")
    ci_low = share("Lower limit of its 95 % Wilson interval.")
    ci_high = share("Upper limit of its 95 % Wilson interval.")
    suppressed = flag(SUPPRESSED)


class PersonChange(dy.Schema):
    """A person's score on one scale before and after, not saying whose; for the analyst alone."""

    evaluation = key("Evaluation of the plan.")
    wave_pre = text("Wave before.")
    wave_post = text("Wave after.")
    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answered, the same at both waves.")
    scale = key("Scale of the measure (meta.scale).")
    place = dy.Int64(
        primary_key=True,
        min=1,
        description="Place of the person on this scale by the score before, then after; another one on each scale.",
    )
    pre = dy.Float64(description="Score at the pre wave.", metadata={"unit": "score"})
    post = dy.Float64(description="Score at the post wave.", metadata={"unit": "score"})
    change = dy.Float64(
        description="post - pre, positive = better for the person.", metadata={"unit": "score"}
    )
    outcome = coded(
        "improved, unchanged or worsened by the threshold in mart.score_change; null without one.",
        codes.OUTCOMES,
        nullable=True,
    )


class ScoreLevel(Population):
    """The level of one scale at one wave, of everybody who answered (the cross-section)."""

    wave = key("Wave of the plan.")
    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answered.")
    scale = key("Scale of the measure (meta.scale).")
    n = count("Persons scored.")
    mean = figure("Mean score.", unit="score")
    sd = figure("Standard deviation.", unit="score", minimum=0)
    median = figure("Median score.", unit="score")
    floor = share("Share at the lowest score the scale can give.")
    ceiling = share("Share at the highest score the scale can give.")
    below_norm = share("Share below the norm's mean less one standard deviation; null without a norm.")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class Attribution(ChangeKey):
    """A rung of the attribution ladder: what of a headline change another explanation leaves."""

    rung = coded_key("Explanation looked at, in the order of METHODS.", codes.RUNGS)
    assumption = key("What is assumed at this rung.")
    change = figure("The change that is left.", unit="score")
    ci_low = figure("Lower limit of its 95 % interval.", unit="score")
    ci_high = figure("Upper limit of its 95 % interval.", unit="score")
    break_even = figure("Value of the assumption at which the interval reaches 0.", unit="score")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class MunicipalityChange(ChangeKey):
    """A municipality's mean change: its own, and partially pooled with the others."""

    n_pairs = count("Persons scored at both waves.")
    mean_change = figure("The municipality's own mean change.", unit="score")
    ci_low = figure("Lower limit of its 95 % t interval.", unit="score")
    ci_high = figure("Upper limit of its 95 % t interval.", unit="score")
    pooled_change = figure("Partially pooled mean change.", unit="score")
    pooled_se = figure("Its standard error, at tau2_high.", unit="score", minimum=0)
    pooled_low = figure("Lower limit of its 95 % interval, at tau2_high.", unit="score")
    pooled_high = figure("Upper limit of its 95 % interval, at tau2_high.", unit="score")
    weight_own = share("Weight of the municipality's own data in pooled_change.")
    programme_change = figure("Mean of the random-intercept model.", unit="score")
    tau2 = figure("Variance between municipalities (REML).", unit="score squared", minimum=0)
    tau2_high = figure("Its upper 95 % limit (Q profile).", unit="score squared", minimum=0)
    sigma2 = figure("Variance within municipalities (REML).", unit="score squared", minimum=0)
    icc = share("tau2 / (tau2 + sigma2).")
    funnel95_low = figure("Lower 95 % funnel limit.", unit="score")
    funnel95_high = figure("Upper 95 % funnel limit.", unit="score")
    funnel998_low = figure("Lower 99.8 % funnel limit.", unit="score")
    funnel998_high = figure("Upper 99.8 % funnel limit.", unit="score")
    detectable_change = figure("Mean change found with 80 % power with these n_pairs.", unit="score")
    adjusted_change = figure("Mean change adjusted for baseline, age, sex and respondent.", unit="score")
    suppressed = flag(SUPPRESSED)
    reason = text(REASON, nullable=True)


class Reliability(dy.Schema):
    """How well a scale's items hang together in this sample at one wave."""

    evaluation = key("Evaluation of the plan.")
    wave = key("Wave of the plan.")
    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answered.")
    scale = key("Scale of the measure (meta.scale).")
    n = count("Complete cases.")
    items = count("Items of the scale.", unit="items")
    alpha = figure("Cronbach's alpha.", unit="coefficient")
    alpha_low = figure("Lower limit of Feldt's 95 % interval.", unit="coefficient")
    alpha_high = figure("Upper limit of Feldt's 95 % interval.", unit="coefficient")
    omega = share("McDonald's omega, one factor, maximum likelihood.")
    floor = share("Share at the lowest score.")
    ceiling = share("Share at the highest score.")
    missing_share = share("Share of missing answers.")
    reason = text(REASON, nullable=True)


class ItemQuality(dy.Schema):
    """How one item behaves in its scale in this sample at one wave."""

    evaluation = key("Evaluation of the plan.")
    wave = key("Wave of the plan.")
    instrument = key("Measure (meta.instrument).")
    respondent = key("Who answered.")
    scale = key("Scale of the measure (meta.scale).")
    item = key("Item of the measure (meta.item).")
    n = count("Persons who answered the item.")
    item_rest = dy.Float64(
        nullable=True,
        min=-1,
        max=1,
        description="Correlation with the sum of the other items.",
        metadata={"unit": "coefficient"},
    )
    missing_share = share("Share of missing answers.")
    reason = text(REASON, nullable=True)


class Agreement(dy.Schema):
    """How far two respondents agree about the same persons at one wave."""

    evaluation = key("Evaluation of the plan.")
    wave = key("Wave of the plan.")
    instrument = key("Measure (meta.instrument).")
    scale = key("Scale of the measure (meta.scale).")
    respondent_a = key("One respondent.")
    respondent_b = key("The other respondent.")
    n = count("Persons with both.")
    icc_a1 = figure("ICC(A,1): two-way, absolute agreement, single rater.", unit="coefficient")
    ci_low = figure("Lower limit of its 95 % interval.", unit="coefficient")
    ci_high = figure("Upper limit of its 95 % interval.", unit="coefficient")
    mean_difference = figure("Mean of a - b.", unit="score")
    loa_low = figure("Lower Bland-Altman limit of agreement.", unit="score")
    loa_high = figure("Upper Bland-Altman limit of agreement.", unit="score")
    reason = text(REASON, nullable=True)
