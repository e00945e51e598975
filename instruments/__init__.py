"""What a measure is: definitions as data, and the engine that scores them.

A measure is a YAML file in `measures/` (or in a home), its conversion tables are CSV files in `tables/`.
"""

from instruments.errors import InstrumentError, Problem
from instruments.items import AnswerSet, Form, Item, Option, Respondent, Text, form_of
from instruments.library import Library, load_library, read_instrument
from instruments.model import AttainmentScale, Domain, Instrument, ItemGroup
from instruments.recoding import answered, reversed_answer, scored_answer
from instruments.scales import ConversionTable, MissingRule, Norm, Reliability, Scale
from instruments.scoring import QUESTIONNAIRE, SCORE_SCHEMA, score_answers, score_rows, score_wide

__all__ = [
    "QUESTIONNAIRE",
    "SCORE_SCHEMA",
    "AnswerSet",
    "AttainmentScale",
    "ConversionTable",
    "Domain",
    "Form",
    "Instrument",
    "InstrumentError",
    "Item",
    "ItemGroup",
    "Library",
    "MissingRule",
    "Norm",
    "Option",
    "Problem",
    "Reliability",
    "Respondent",
    "Scale",
    "Text",
    "answered",
    "form_of",
    "load_library",
    "read_instrument",
    "reversed_answer",
    "score_answers",
    "score_rows",
    "score_wide",
    "scored_answer",
]
