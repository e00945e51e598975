"""Evidence cards: all that is known of a change on one card, for the programme and each municipality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.context import Row, View
from reports.document import Column, Section, Table
from reports.sections.explanations import headlines, key_of
from reports.sections.score_tables import by_respondent, followed_up
from reports.sections.scores import in_order

MUNICIPALITY = "municipality"


def evidence(view: View) -> Section | None:
    """A card for each headline, its municipalities' cards, and those of the other scales as rows."""
    told = {key_of(row) for row in followed_up(view.rows("mart.score_change"))}
    cards = [card for card in view.rows("mart.evidence_card") if key_of(card) in told]
    if not cards:
        return None
    keys = [headline.key for headline in headlines(view)]
    by_key = {key_of(card): card for card in cards}
    values = {
        "cards": [_headline(view, by_key[key]) for key in keys if key in by_key],
        "others": _others(view, [card for card in cards if key_of(card) not in keys]),
    }
    return Section("evidence", "evidence", view.words.say("Evidence cards"), values)


def _headline(view: View, card: Row) -> dict[str, Any]:
    wanted = {name: card[name] for name in ("instrument", "respondent", "scale")}
    places = view.alphabetical(view.rows("mart.evidence_card", MUNICIPALITY, **wanted))
    name = _name(view, card)
    return {"card": card_table(view, card, name), "places": _places(view, places, name)}


def _name(view: View, card: Row) -> str:
    return f"{view.label(card['instrument'], card['scale'])} ({view.who(card)})"


def card_table(view: View, card: Row, name: str) -> Table:
    """One card as a table of two columns."""
    say = view.words.say
    heads = [column.head for column in _columns(view)]
    rows = [[head, cell] for head, cell in zip(heads, _cells(view, card), strict=True) if cell]
    columns = [Column(name, 46, "left"), Column(view.words.say("Value"), 40, "left")]
    return view.table(say("Evidence card: {name}", name=name), columns, rows, [card])


def _places(view: View, cards: list[Row], name: str) -> Table:
    """The municipalities' cards on one scale, in alphabetical order."""
    say = view.words.say
    label = Column(say("Municipality"), 18, "left")
    cells = [[view.group(MUNICIPALITY, card["grp"]), *_cells(view, card)] for card in cards]
    return _wide(view, say("Evidence cards of the municipalities: {name}", name=name), label, cells, cards)


def _others(view: View, cards: list[Row]) -> list[Table]:
    """The cards of the scales that are no headline, a table a measure and respondent."""
    measures = dict.fromkeys(card["instrument"] for card in cards)
    return [
        _scales(view, own)
        for measure in measures
        for own in by_respondent(in_order(view, cards, measure)).values()
    ]


def _scales(view: View, cards: list[Row]) -> Table:
    say = view.words.say
    label = Column(say("Scale"), 18, "left")
    cells = [[view.label(card["instrument"], card["scale"]), *_cells(view, card)] for card in cards]
    return _wide(view, say("Evidence cards: {name}", name=view.who(cards[0])), label, cells, cards)


def _wide(
    view: View, caption: str, label: Column, cells: Sequence[Sequence[str]], cards: Sequence[Row]
) -> Table:
    """Cards as rows; a column that is empty on all of them is left out."""
    heads = [label, *_columns(view)]
    kept = [place for place in range(len(heads)) if any(row[place] for row in cells)]
    return view.table(
        caption, [heads[place] for place in kept], [[row[place] for place in kept] for row in cells], cards
    )


def _columns(view: View) -> list[Column]:
    """The columns of a card's figures, in the order of `_cells`."""
    say = view.words.say
    return [
        Column(say("Meant, asked, scored at both waves"), 15),
        Column(say("Change, 95% interval"), 18),
        Column(say("Pooled with the others"), 18),
        Column(say("Verdict"), 14, "left"),
        Column(say("Effect"), 9),
        Column(say("p adjusted"), 13),
        Column(say("Detectable change"), 14),
        Column(say("Improved / unchanged / worsened"), 15),
        Column(say("If those lost differ"), 14, "left"),
    ]


def _cells(view: View, card: Row) -> list[str]:
    words, hidden = view.words, card["suppressed"]
    digits = view.digits(card["instrument"], card["scale"], card["respondent"])
    effect = words.number(card["effect_size"], 2, hidden=hidden)
    return [
        _persons(view, card),
        _with_interval(view, card, ("mean_change", "ci_low", "ci_high")),
        _with_interval(view, card, ("pooled_change", "pooled_low", "pooled_high"))
        if card["population"] == MUNICIPALITY
        else "",
        _named(view, card, "verdict"),
        effect if card["effect_size"] is None else f"{words.name('effect', card['effect'])} {effect}",
        words.p_value(card["p_adjusted"], hidden=hidden),
        words.number(card["detectable_change"], digits, hidden=hidden),
        _who_changed(view, card),
        _named(view, card, "missing_data"),
    ]


def _persons(view: View, card: Row) -> str:
    """Eligible, asked and paired; those asked are left out where no list was sent in."""
    counts = [card["eligible"], card["asked"], card["n_pairs"]]
    return " / ".join(view.words.number(count) for count in counts if count is not None)


def _with_interval(view: View, card: Row, names: tuple[str, str, str]) -> str:
    words, hidden = view.words, card["suppressed"]
    estimate, low, high = (card[name] for name in names)
    digits = view.digits(card["instrument"], card["scale"], card["respondent"])
    shown = words.number(estimate, digits, hidden=hidden, sign=True)
    return shown if low is None or high is None else f"{shown} ({words.interval(low, high, digits)})"


def _who_changed(view: View, card: Row) -> str:
    counts = [card[name] for name in ("n_improved", "n_unchanged", "n_worsened")]
    if card["threshold"] is None:
        return ""
    return " / ".join(view.words.number(count, hidden=card["suppressed"]) for count in counts)


def _named(view: View, card: Row, column: str) -> str:
    """A code in words."""
    if card[column] is None:
        return view.words.number(None, hidden=card["suppressed"])
    return view.words.name(column, card[column])
