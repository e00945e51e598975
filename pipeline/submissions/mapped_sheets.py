"""Applying a mapping: a foreign file's sheets become sheets with our columns and codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipeline.submissions.mappings import ANSWERS, FileMapping, matches
from pipeline.submissions.problems import ROW
from pipeline.submissions.reading import Sheet, plain_name

_TICKED = ("1", "y", "yes", "true", "checked")
_NOT_TICKED = ("0", "n", "no", "false", "unchecked")
# Between the parts of a name: KS52[phy1], group/phy1, group-phy1, ks52_phy1.
_SEPARATORS = re.compile(r"[\[\]/\-._:]+")
# A choice of a question with several: c1___2 (REDCap; the choice -1 is c1____1), c1/2 (Kobo), c1[2] (LimeSurvey).
_CHOICE = re.compile(r"(?:.*/)?(?P<item>[^/\[\]]+?)(?:___(?P<minus>_?)|/|\[)(?P<choice>-?\d+)\]?")


def mapped(
    sheets: Sequence[Sheet], mapping: FileMapping, known: Collection[str], items: Collection[str]
) -> list[Sheet]:
    """Return the sheets under our names and codes, those of a repeat with the columns of their parents.

    known: the columns that the kind of submission has; items: those of them that are items of a measure.
    """
    whole = _with_parents(sheets, mapping)
    return [_mapped(sheet, mapping, frozenset(known), frozenset(items)) for sheet in whole]


def _mapped(sheet: Sheet, mapping: FileMapping, known: frozenset[str], items: frozenset[str]) -> Sheet:
    below = _without_label_rows(sheet, mapping)
    columns = _columns(list(below.headers), mapping, known, items)
    names, choices = columns.names, columns.choices
    cells = below.cells.select(
        ROW,
        *(_read(theirs, ours, sheet, mapping, items).alias(ours) for theirs, ours in names.items()),
        *(_chosen(of_item).alias(item) for item, of_item in choices.items()),
        *(
            pl.lit(value).alias(column)
            for column, value in mapping.values.items()
            if column not in names.values()
        ),
    )
    headers = {ours: sheet.headers[theirs] for theirs, ours in names.items()}
    headers |= {item: sheet.headers[of_item[0][1]] for item, of_item in choices.items()}
    headers |= {column: column for column in mapping.values if column not in headers}
    result = replace(
        sheet,
        cells=cells,
        headers=headers,
        repeated=(*sheet.repeated, *columns.repeated),
        recognised=len(known & set(headers)),
        labels={},
        tests=_tests(below, mapping),
    )
    return _without_other_forms(result, mapping, known) if mapping.several_forms else result


@dataclass(frozen=True)
class _Columns:
    """Which of their columns become ours.

    names: our name of each of theirs. choices: by item, the columns of its choices. repeated: our names that more
    than one of theirs has; the first counts.
    """

    names: dict[str, str]
    choices: dict[str, list[tuple[str, str]]]
    repeated: tuple[str, ...]


def _columns(
    header: list[str], mapping: FileMapping, known: frozenset[str], items: frozenset[str]
) -> _Columns:
    """Return our names of their columns; the tool's own are left out, one that nobody knows keeps its name."""
    codes = {column: _code(column, mapping) for column in header}
    names = _declared(codes, mapping, known)
    compact = {_compact(name): name for name in sorted(known)}
    repeated = []
    own = {column for column in header if column not in known and _is_own(codes[column], mapping)}
    for column in header:
        ours = None if column in {*names, *own} else _known_name(codes[column], compact, items)
        if ours is None:
            continue
        if ours not in names.values():
            names[column] = ours
        elif ours in items:
            repeated.append(ours)
    left = [column for column in header if column not in {*names, *own}]
    choices = _choices(left, codes, compact, items - set(names.values()))
    for column in left:
        if column not in known and not _is_choice(codes[column], compact, items):
            names[column] = column
    return _Columns(names, choices, tuple(dict.fromkeys(repeated)))


def _is_own(code: str, mapping: FileMapping) -> bool:
    """Tell whether a column is one that the tool adds itself."""
    return any(matches(pattern, code) for pattern in mapping.leave_out)


def _declared(codes: Mapping[str, str], mapping: FileMapping, known: frozenset[str]) -> dict[str, str]:
    """Return the columns that the mapping names, the first of each list that is there."""
    names: dict[str, str] = {}
    for ours, theirs in mapping.columns.items():
        for name in map(plain_name, theirs):
            found = [c for c, code in codes.items() if name in (c, code) or _compact(name) == _compact(code)]
            if ours in known and found and found[0] not in names:
                names[found[0]] = ours
                break
    return names


def _choices(
    columns: Sequence[str], codes: Mapping[str, str], compact: Mapping[str, str], items: frozenset[str]
) -> dict[str, list[tuple[str, str]]]:
    """Return, by item, its choices and their columns."""
    choices: dict[str, list[tuple[str, str]]] = {}
    for column in columns:
        parts = _CHOICE.fullmatch(codes[column])
        item = None if parts is None else _known_name(parts["item"], compact, items)
        if parts is not None and item is not None and item in items:
            minus = "-" if parts["minus"] else ""
            choices.setdefault(item, []).append((minus + parts["choice"], column))
    return choices


def _is_choice(code: str, compact: Mapping[str, str], items: frozenset[str]) -> bool:
    parts = _CHOICE.fullmatch(code)
    return parts is not None and _known_name(parts["item"], compact, items) in items


def _code(column: str, mapping: FileMapping) -> str:
    """Return a column's code, without the wording that may stand behind it."""
    separator = mapping.heading_separator
    return column.split(separator, 1)[0] if separator else column


def _compact(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)


def _known_name(code: str, compact: Mapping[str, str], items: frozenset[str]) -> str | None:
    """Return our column that a code means: by the code itself, or by its last parts; underscores don't count."""
    if (whole := compact.get(_compact(code))) is not None:
        return whole
    parts = [part for part in _SEPARATORS.split(code) if part]
    for start in range(1, len(parts)):
        found = compact.get(_compact("".join(parts[start:])))
        if found is not None and (found in items or "/" in code or "[" in code or "-" in code):
            return found
    return None


def _read(theirs: str, ours: str, sheet: Sheet, mapping: FileMapping, items: frozenset[str]) -> pl.Expr:
    """Return a column's cells in our codes."""
    cell = pl.col(theirs)
    is_answer = ours in items or ours == "answer"
    if mapping.missing and is_answer:
        cell = pl.when(~cell.is_in(list(mapping.missing))).then(cell)
    if mapping.value_labels and not is_answer and theirs in sheet.labels:
        cell = cell.replace(sheet.labels[theirs])
    return _recoded(
        cell, mapping.codes.get(ours) or (mapping.codes.get(ANSWERS) if is_answer else None) or {}
    )


def _recoded(cell: pl.Expr, codes: Mapping[str, str]) -> pl.Expr:
    """Return cells with our codes in place of theirs; case doesn't matter, a code with a `$1` is a pattern."""
    literal = {theirs.lower(): ours for theirs, ours in codes.items() if "$" not in ours}
    result = cell
    if literal:
        result = pl.coalesce(
            cell.str.to_lowercase().replace_strict(literal, default=None, return_dtype=pl.String), cell
        )
    for theirs, ours in codes.items():
        if "$" in ours:
            replacement = re.sub(r"\$(\d)", r"${\1}", ours)
            result = result.str.replace(f"(?i)^(?:{theirs})$", replacement)
    return result


def _chosen(columns: list[tuple[str, str]]) -> pl.Expr:
    """Return the choice that is ticked; several ticked ones with a plus between: that is no answer to an item."""
    ticked = [
        pl.when(pl.col(column).str.to_lowercase().is_in(_TICKED))
        .then(pl.lit(choice))
        .when(~pl.col(column).str.to_lowercase().is_in(_NOT_TICKED))
        .then(pl.col(column))
        for choice, column in columns
    ]
    together = pl.concat_str(ticked, separator=" + ", ignore_nulls=True)
    return pl.when(together != "").then(together)


def _without_label_rows(sheet: Sheet, mapping: FileMapping) -> Sheet:
    """Return a sheet without the rows of headings below its names."""
    if mapping.label_rows is None or not sheet.headers:
        return sheet
    marked = pl.any_horizontal(pl.exclude(ROW).str.starts_with(mapping.label_rows))
    last = sheet.cells.head(5).filter(marked)[ROW].max()
    return sheet if last is None else replace(sheet, cells=sheet.cells.filter(pl.col(ROW) > last))


def _tests(sheet: Sheet, mapping: FileMapping) -> tuple[int, ...]:
    """Return the rows that are tries of the form."""
    conditions = [
        pl.col(plain_name(column)).is_in(list(values))
        for column, values in mapping.tests.items()
        if plain_name(column) in sheet.headers
    ]
    return tuple(sheet.cells.filter(pl.any_horizontal(conditions))[ROW]) if conditions else ()


def _without_other_forms(sheet: Sheet, mapping: FileMapping, known: frozenset[str]) -> Sheet:
    """Return a sheet without the rows that have nothing of this form; how many there were is noted."""
    shared = {*mapping.columns, *mapping.values, ROW}
    own = [column for column in sheet.cells.columns if column in known and column not in shared]
    if not own:
        return sheet
    kept = sheet.cells.filter(pl.any_horizontal(pl.col(own).is_not_null()))
    return replace(sheet, cells=kept, other_forms=sheet.cells.height - kept.height)


def _with_parents(sheets: Sequence[Sheet], mapping: FileMapping) -> list[Sheet]:
    """Return the sheets; rows of a repeat with what their parent's row has beside."""
    if mapping.repeats is None:
        return list(sheets)
    by_name = {sheet.name: sheet for sheet in sheets}
    return [_with_parent(sheet, by_name, mapping) for sheet in sheets]


def _with_parent(sheet: Sheet, by_name: Mapping[str, Sheet], mapping: FileMapping) -> Sheet:
    """Return a sheet of a repeat with its parents' columns, another one as it is; repeats may be nested."""
    link = mapping.repeats
    if link is None or link.row not in sheet.headers or link.sheet not in sheet.headers:
        return sheet
    names = sheet.cells[link.sheet].drop_nulls().unique().to_list()
    if len(names) != 1 or names[0] not in by_name or names[0] == sheet.name:
        return sheet
    others = {name: other for name, other in by_name.items() if name != sheet.name}
    parent = _with_parent(by_name[names[0]], others, mapping)
    if link.index not in parent.headers:
        return sheet
    added = [column for column in parent.headers if column not in sheet.headers]
    beside = parent.cells.select(pl.col(link.index).alias(link.row), *added).unique(link.row, keep="none")
    cells = sheet.cells.join(beside, on=link.row, how="left", maintain_order="left")
    headers = {**sheet.headers, **{column: parent.headers[column] for column in added}}
    return replace(sheet, cells=cells, headers=headers, repeat=True)
