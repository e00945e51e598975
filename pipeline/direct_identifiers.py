"""What tells directly who somebody is: personal codes, names, addresses; in the names of columns and in texts."""

from __future__ import annotations

import datetime as dt
import re
from importlib.resources import files

# Weights of the check digit, the same in the old form (ddmmyy-) and in the one since 2017 (32nnnn-).
_WEIGHTS = (10, 5, 8, 4, 2, 1, 6, 3, 7, 9)
_CODE = re.compile(r"(\d{6})[-\s–]?(\d{5})")
_CODE_LENGTH = 11
_CENTURIES = {"0": 1800, "1": 1900, "2": 2000}

_COLUMN = re.compile(
    r"(?:.*_)?(?:vards|uzvards|vardsuzvards|varduzvards|(?:first|last|full|given|family|sur|recipientfirst|recipientlast)?name"
    r"|firstname|lastname|fullname|surname|personaskods|personalcode|pk|talrunis|talrunanumurs|telefons|mobilais"
    r"|phone|phonenumber|mobile|epasts|epastaadrese|email|emailaddress|recipientemail|adrese|dzivesvietasadrese"
    r"|deklaretadrese|address|streetaddress|konts|kontanumurs|bankaskonts|iban|bankaccount)"
)
_PLAIN_LETTERS = str.maketrans("āčēģīķļņšūž", "acegiklnsuz")

# Given names that are common in Latvia, without their endings: a text that has one beside another capitalised word
# names somebody. The list is ours and short; free text stays in the warehouse anyway.
_GIVEN = (files("pipeline") / "given_names.csv").read_text(encoding="utf-8").split()[1:]
_UPPER, _LOWER = "A-ZĀČĒĢĪĶĻŅŠŪŽ", "a-zāčēģīķļņšūž"
_SURNAME = rf"[{_UPPER}][{_LOWER}]+(?:-[{_UPPER}][{_LOWER}]+)?"
NAME = re.compile(
    rf"(?<![\w])(?:{'|'.join(sorted(_GIVEN, key=len, reverse=True))})[{_LOWER}]{{0,3}}\s+{_SURNAME}(?!\w)"
)
ADDRESS = re.compile(
    r"(?<!\w)[\w.]+(?:\s[\w.]+)?\s(?:iel[aāasu]s?|prospekt[saāu]?m?|bulvār[isīaua]+m?|gatv[eēi]s?|laukum[saāu]m?)"
    r"\s*\d+\w?(?:[-/\s]\s?\d+)?(?:,?\s*LV-?\s?\d{4})?|\bLV-\d{4}\b"
)


def is_personal_code(text: str) -> bool:
    """Tell whether a text is a Latvian personal code: a day of birth (or 32, since 2017) and its check digit."""
    found = _CODE.fullmatch(text.strip()) if len(text) >= _CODE_LENGTH else None
    if found is None:
        return False
    digits = found[1] + found[2]
    check = (1 + sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))) % 11 % 10
    return check == int(digits[10]) and (digits.startswith("32") or _has_birthday(digits))


def plain_personal_code(text: str) -> str:
    """Return a personal code as its eleven digits, any other text as it is: both ways of writing are one person."""
    return re.sub(r"\D", "", text) if is_personal_code(text) else text


def names_a_person(column: str) -> bool:
    """Tell whether a column's name says that it tells who somebody is."""
    plain = re.sub(r"[^a-z0-9_]", "", column.lower().translate(_PLAIN_LETTERS))
    return any(_COLUMN.fullmatch(form) is not None for form in (plain, plain.replace("_", "")))


def _has_birthday(digits: str) -> bool:
    century = _CENTURIES.get(digits[6])
    if century is None:
        return False
    try:
        dt.date(century + int(digits[4:6]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return False
    return True
