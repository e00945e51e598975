"""Words and numbers in a report's language: gettext catalogues and CLDR formats, both by Babel."""

from __future__ import annotations

import datetime as dt
import gettext
import io
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from importlib.resources import files

from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_decimal_symbol

from reports.anchors import marked
from reports.cells import ratio

HIDDEN = "–"
NOT_AVAILABLE = "…"
NO_BREAK = "\N{NO-BREAK SPACE}"
Number = float | Decimal
_LOCALES = {"lv": "lv", "en": "en_GB"}
_SMALLEST_P = 0.001


def read_catalogue(language: str, domain: str = "ieguvumi") -> Catalog:
    """A catalogue of the language as it stands in its .po file: `ieguvumi`, the texts; `columns`, meanings."""
    path = files("reports") / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


@cache
def words_for(language: str) -> Words:
    """The words of a language; its catalogue is compiled in memory, once."""
    catalogue = read_catalogue(language)
    names = frozenset((str(message.context), str(message.id)) for message in catalogue if message.context)
    return Words(language, _compiled(catalogue), names)


@cache
def column_meanings(language: str) -> gettext.NullTranslations:
    """What the columns of the marts and their units mean, from English: the schemas are written in it."""
    return gettext.NullTranslations() if language == "en" else _compiled(read_catalogue(language, "columns"))


def _compiled(catalogue: Catalog) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=100_000)
def _magnitude(rounded: Decimal, digits: int, locale: str) -> str:
    """A number without a sign, written with so many digits: both editions show mostly the same ones."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(rounded, pattern, locale=locale, decimal_quantization=False))


class Words:
    """Texts, names of codes, numbers and dates in one language.

    A null figure reads HIDDEN where disclosure control hid it, else NOT_AVAILABLE: it could not be computed.
    """

    def __init__(
        self, language: str, catalogue: gettext.NullTranslations, names: frozenset[tuple[str, str]]
    ) -> None:
        self.language = language
        self._catalogue = catalogue
        self._names = names
        self._locale = _LOCALES[language]

    @property
    def decimal_mark(self) -> str:
        """What stands before the decimals."""
        return get_decimal_symbol(self._locale)

    def say(self, message: str, **values: object) -> str:
        """The message in this language, with the values put into its {places}."""
        return self._catalogue.gettext(message).format(**values)

    def say_number(self, one: str, many: str, n: int, **values: object) -> str:
        """The message in the plural form for n; {n} in it is the formatted number."""
        return self._catalogue.ngettext(one, many, n).format(n=self.number(n), **values)

    def knows(self, kind: str, code: str) -> bool:
        """Whether the catalogue has a name for this code."""
        return (kind, code) in self._names

    def name(self, kind: str, code: str) -> str:
        """Name of a code of this kind; the code itself when the catalogue has none (a plan's own code)."""
        return self._catalogue.pgettext(kind, code)

    def number(
        self, value: Number | None, digits: int = 0, *, hidden: bool = False, sign: bool = False
    ) -> str:
        """A number rounded half up, in this language's format; `sign` shows a plus too."""
        if value is None:
            return HIDDEN if hidden else NOT_AVAILABLE
        return marked(self._written(value, digits, sign=sign), value)

    def _written(self, value: Number, digits: int, *, sign: bool = False) -> str:
        rounded = half_up(value, digits)
        written = _magnitude(abs(rounded), digits, self._locale)
        if rounded < 0:
            return "−" + written
        return "+" + written if sign and rounded > 0 else written

    def percent(self, share: Number | None, digits: int = 0, *, hidden: bool = False) -> str:
        """A share of 0 to 1 in per cent; in CLDR both languages set the sign right behind the number."""
        if share is None:
            return self.number(None, hidden=hidden)
        return marked(self._written(_decimal(share) * 100, digits) + "%", share)

    def per_cent(self, value: Number | None, digits: int = 0, *, hidden: bool = False) -> str:
        """A figure that is in per cent already."""
        return self.percent(None if value is None else ratio(value, 100), digits, hidden=hidden)

    def interval(
        self, low: Number | None, high: Number | None, digits: int = 0, *, hidden: bool = False
    ) -> str:
        """The two limits of an interval."""
        return self._interval(low, high, hidden, lambda limit: self.number(limit, digits))

    def percent_interval(
        self, low: Number | None, high: Number | None, digits: int = 0, *, hidden: bool = False
    ) -> str:
        """The two limits of a share's interval, in per cent."""
        return self._interval(low, high, hidden, lambda limit: self.percent(limit, digits))

    def count_and_share(self, count: int | None, base: int | None, *, hidden: bool = False) -> str:
        """A count with its share of the base in brackets."""
        if count is None or not base:
            return self.number(count, hidden=hidden)
        return f"{self.number(count)}{NO_BREAK}({self.percent(ratio(count, base))})"

    def p_value(self, p: float | None, *, hidden: bool = False) -> str:
        """A p-value with three decimals; a smaller one as less than 0.001."""
        if p is not None and p < _SMALLEST_P:
            return marked("<" + self._written(_SMALLEST_P, 3), p)
        return self.number(p, 3, hidden=hidden)

    def date(self, day: dt.date) -> str:
        """A day, written out."""
        return format_date(day, "long", locale=self._locale)

    def month(self, day: dt.date) -> str:
        """A month with its year."""
        return format_skeleton("yMMMM", day, locale=self._locale)

    def listing(self, items: list[str]) -> str:
        """Items joined by commas and a last `and`."""
        if len(items) < 2:
            return "".join(items)
        return self.say("{first} and {last}", first=", ".join(items[:-1]), last=items[-1])

    def _interval(
        self, low: Number | None, high: Number | None, hidden: bool, written: Callable[[Number], str]
    ) -> str:
        if low is None or high is None:
            return self.number(None, hidden=hidden)
        return f"{written(low)};{NO_BREAK}{written(high)}"


def half_up(value: Number, digits: int) -> Decimal:
    """The value rounded half up, as a decimal; a negative zero becomes zero."""
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def _decimal(value: Number) -> Decimal:
    return Decimal(value) if isinstance(value, Decimal) else Decimal(repr(value))
