"""What a headline change stands up to: all that the marts know of it, and the sentence they choose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reports.context import Row, View
from reports.sections.score_tables import followed_up

Key = tuple[str, str, str]
Look = Literal["known_mean", "norm_mean", "mixed_model", "single_municipality", "attrition", "waiting_list"]
CHANGED = ("improved", "worsened", "trivial_change")


@dataclass(frozen=True)
class Headline:
    """The rows of the marts about one headline change on `all`; None where there is none."""

    change: Row
    ladder: list[Row]
    analyses: list[Row]
    robustness: Row | None
    arms: Row | None
    card: Row | None
    levels: list[Row]
    baseline: list[Row]

    @property
    def key(self) -> Key:
        """Measure, respondent and scale."""
        return key_of(self.change)


def key_of(row: Row) -> Key:
    """Measure, respondent and scale of a row."""
    return row["instrument"], row["respondent"], row["scale"]


def headlines(view: View) -> list[Headline]:
    """The headline changes, in the order of the attribution ladder's rows."""
    keys = list(dict.fromkeys(key_of(row) for row in view.rows("mart.attribution")))
    changes = {key_of(row): row for row in followed_up(view.rows("mart.score_change"))}
    return [_gathered(view, changes[key]) for key in keys if key in changes]


def _gathered(view: View, change: Row) -> Headline:
    wanted = {name: change[name] for name in ("instrument", "respondent", "scale")}

    def first(mart: str) -> Row | None:
        return next(iter(view.rows(mart, **wanted)), None)

    return Headline(
        change,
        view.rows("mart.attribution", **wanted),
        view.rows("mart.sensitivity", **wanted),
        first("mart.robustness"),
        first("mart.arm_difference"),
        first("mart.evidence_card"),
        view.rows("mart.score_level", **wanted),
        view.rows("mart.baseline_difference", **wanted),
    )


def explanation(view: View, headline: Headline) -> str:
    """The sentence on what else could explain a change, chosen by the results; empty where it is hidden."""
    verdict = headline.change["verdict"]
    if verdict in CHANGED:
        return _stands_up(view, headline)
    if verdict in ("inconclusive", "no_relevant_change"):
        return _not_settled(view, headline)
    return ""


def looks(headline: Headline) -> dict[Look, bool]:
    """Whether the change keeps its side of 0 in each look that could be taken at it."""
    sign = 1 if (headline.change["mean_change"] or 0) > 0 else -1
    return dict(_looks(headline, sign))


def _looks(headline: Headline, sign: int) -> Iterator[tuple[Look, bool]]:
    for row in headline.ladder:
        if row["assumption"] in ("known_mean", "norm_mean") and row["ci_low"] is not None:
            yield row["assumption"], _keeps(row, sign)
    robustness = headline.robustness
    if robustness is not None and robustness["models_agree"] is not None:
        yield "mixed_model", robustness["models_agree"]
    if (
        robustness is not None
        and robustness["conclude_otherwise"] is not None
        and robustness["municipalities"]
    ):
        yield "single_municipality", robustness["conclude_otherwise"] == 0
    if headline.card is not None and headline.card["missing_data"] in ("complete", "robust", "fragile"):
        yield "attrition", headline.card["missing_data"] != "fragile"
    if headline.arms is not None and headline.arms["ci_low"] is not None:
        yield "waiting_list", _keeps(headline.arms, sign)


def _keeps(row: Row, sign: int) -> bool:
    """Whether the whole interval lies on the side of the sign."""
    return bool(row["ci_low"] > 0 if sign > 0 else row["ci_high"] < 0)


def _stands_up(view: View, headline: Headline) -> str:
    words, found = view.words, looks(headline)
    held = [words.name("look", look) for look, kept in found.items() if kept]
    failed = [words.name("look", look) for look, kept in found.items() if not kept]
    said = []
    if held:
        said.append(words.say("The change stands up to: {looks}.", looks="; ".join(held)))
    if failed:
        said.append(words.say("It does not stand up to: {looks}.", looks="; ".join(failed)))
    return " ".join(said)


def _not_settled(view: View, headline: Headline) -> str:
    words, change = view.words, headline.change
    digits = view.digits(change["instrument"], change["scale"], change["respondent"])
    said = []
    if change["detectable_change"] is not None:
        said.append(
            words.say(
                "With these persons a mean change of about {detectable} would have been found with 80% power.",
                detectable=words.number(change["detectable_change"], digits),
            )
        )
    mixed = mixed_of(headline)
    disagrees = headline.robustness is not None and headline.robustness["models_agree"] is False
    if disagrees and mixed is not None and mixed["ci_low"] is not None:
        said.append(
            words.say(
                "The model over all waves, which also counts persons with a missing wave, "
                "sees a change of {change} (95% interval {interval}): the finding depends on the method.",
                change=words.number(mixed["change"], digits, sign=True),
                interval=words.interval(mixed["ci_low"], mixed["ci_high"], digits),
            )
        )
    return " ".join(said)


def mixed_of(headline: Headline) -> Row | None:
    """The row of the mixed model on everybody."""
    everybody = (row for row in headline.analyses if row["left_out"] == "none")
    return next((row for row in everybody if row["model"] == "mixed"), None)
