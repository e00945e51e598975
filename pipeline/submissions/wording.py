"""What each rule expects, in the words of whoever has to mend the file."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import corrections
from pipeline.submissions.problems import Finding, Severity, Words


def _rule(rule: str, en: str, lv: str, severity: Severity = "error") -> Finding:
    return Finding(rule, Words(en, lv), severity)


# A file as a whole
ROWS_SENT_BACK_ALONE = _rule(
    "rows_sent_back_alone",
    "the whole mended file, not only the rows that went back: a later file replaces all rows of its months",
    "visa izlabotā datne, ne tikai atpakaļ nosūtītās rindas: vēlāka datne aizstāj visas savu mēnešu rindas",
)
UNREADABLE = _rule(
    "unreadable_file",
    "a readable CSV, TSV, XLSX, ODS, SPSS or Parquet file; save it anew and send it again",
    "nolasāma CSV, TSV, XLSX, ODS, SPSS vai Parquet datne; saglabājiet to no jauna un nosūtiet vēlreiz",
)
PROTECTED_WORKBOOK = _rule(
    "protected_workbook",
    "a workbook without a password, saved as .xlsx or .ods (not the old .xls); take the password off, save it anew",
    "darbgrāmata bez paroles formātā .xlsx vai .ods (ne vecais .xls); noņemiet paroli un saglabājiet no jauna",
)
UNKNOWN_FORMAT = _rule(
    "unknown_format",
    "a file of the format .csv, .tsv, .txt, .xlsx, .ods, .sav or .parquet",
    "datne formātā .csv, .tsv, .txt, .xlsx, .ods, .sav vai .parquet",
)
UNKNOWN_ENCODING = _rule(
    "unknown_encoding",
    "text in UTF-8, UTF-16 or Windows-1257; save the file as “CSV UTF-8”",
    "teksts UTF-8, UTF-16 vai Windows-1257 kodējumā; saglabājiet datni kā „CSV UTF-8”",
)
NUL_CHARACTERS = _rule(
    "nul_characters",
    "a text without NUL characters; this is no text file, or a damaged one: save it anew as “CSV UTF-8”",
    "teksts bez NUL rakstzīmēm; datne nav teksts vai ir bojāta: saglabājiet to no jauna kā „CSV UTF-8”",
)
LINE_TOO_LONG = _rule(
    "line_too_long",
    "lines of at most 16 MB; this is no table, or its line ends are missing: save it anew as CSV",
    "rindas, kas nepārsniedz 16 MB; datne nav tabula, vai tai trūkst rindu beigu: saglabājiet to no jauna kā CSV",
)
CHANGED_WHILE_READ = _rule(
    "changed_while_read",
    "a file that nobody writes to while it is read; start again when it is complete",
    "datne, kurā lasīšanas laikā neviens neraksta; palaidiet vēlreiz, kad tā ir pilnīga",
)
UNCLOSED_QUOTE = _rule(
    "broken_quoting",
    "every quotation mark closed, and doubled inside a cell; open the file in a spreadsheet and save it anew",
    "visas pēdiņas aizvērtas un šūnas iekšienē dubultotas; atveriet datni izklājlapā un saglabājiet no jauna",
)
TOO_LARGE = _rule(
    "too_large",
    "a file of at most 1.2 GB (a workbook: 500 MB unpacked, 15 million cells); send a larger one in parts, as CSV",
    "datne līdz 1,2 GB (darbgrāmata — līdz 500 MB un 15 miljoniem šūnu); lielāku sūtiet kā CSV, pa daļām",
)
EMPTY_FILE = _rule(
    "empty_file", "a header and at least one row", "virsraksta rinda un vismaz viena datu rinda"
)
UNKNOWN_KIND = _rule(
    "unknown_kind",
    "a file named after a kind of submission or a measure, as participants.csv or kidscreen52-2019-10.xlsx, "
    "or a mapping for it in mappings/ (`ieguvumi check FILE` proposes one)",
    "datne ar iesnieguma vai anketas nosaukumu, piemēram, participants.csv vai kidscreen52-2019-10.xlsx",
)
NO_SENDER = _rule(
    "no_sender",
    "a file inside its sender's folder of the inbox; move it to inbox/SENDER/",
    "datne sūtītāja mapē; pārvietojiet to uz inbox/SŪTĪTĀJS/",
)
OUTSIDE_INBOX = _rule(
    "outside_inbox",
    "a file in the inbox itself, not a link that leads out of it; copy the file there",
    "pati datne iesūtņu mapē, nevis saite uz citu vietu; iekopējiet datni tur",
)
NOT_A_FILE = _rule("not_a_file", "an ordinary file", "parasta datne")
SENT_TWICE = _rule(
    "sent_twice",
    "each file once; this one was sent again unchanged and is counted once",
    "katra datne vienu reizi; šī nosūtīta atkārtoti bez izmaiņām un ieskaitīta vienreiz",
    "warning",
)
SHEET_LEFT_OUT = _rule(
    "sheet_left_out",
    "the columns of this kind of submission; the sheet has none of them and was left out",
    "šī iesnieguma veida kolonnas; lapā nav nevienas no tām, un tā izlaista",
    "warning",
)
MISSING_COLUMN = _rule("missing_column", "this column in the header", "šāda kolonna virsraksta rindā")
NO_ITEM_COLUMN = _rule(
    "missing_column",
    "at least one column named by an item's code of this measure (or the columns item and answer)",
    "vismaz viena kolonna, kas nosaukta pēc anketas jautājuma koda (vai kolonnas item un answer)",
)
REPEATED_COLUMN = _rule("repeated_column", "this column once", "šī kolonna vienu reizi")
UNKNOWN_COLUMN = _rule(
    "unknown_column",
    "a column of this kind of submission; this one was left out",
    "šim iesnieguma veidam paredzēta kolonna; šī izlaista",
    "warning",
)
TRY_OF_THE_FORM = _rule(
    "try_of_the_form",
    "an answer; the survey tool marks this row as a try of the form",
    "īsta atbilde; aptaujas rīks šo rindu atzīmējis kā anketas izmēģinājumu",
)
ROWS_OF_OTHER_FORMS = _rule(
    "rows_of_other_forms",
    "rows of this form; so many rows of the export have nothing of it and were left out",
    "šīs anketas rindas; tik daudz eksporta rindu nesatur neko no tās un ir izlaistas",
    "warning",
)
IDENTIFYING_COLUMN = _rule(
    "identifying_column",
    "no column that tells who somebody is; this one was not kept, please don't send it",
    "datne bez kolonnām, kas atklāj personu; šī nav saglabāta, lūdzu, nesūtiet to",
    "warning",
)
MORE_CELLS_THAN_COLUMNS = _rule(
    "too_many_cells",
    "no more cells than the header has columns",
    "ne vairāk šūnu kā kolonnu virsraksta rindā",
)

# A row
MISSING_VALUE = _rule("missing_value", "a value", "aizpildīta šūna")
DUPLICATE = _rule(
    "duplicate_row",
    "one row for this; the file has two, and it can't be told which is right",
    "viena rinda; datnē ir divas, un nevar noteikt, kura ir pareizā",
)
EQUAL_ROWS = _rule(
    "equal_rows",
    "different rows; this one stands in the file more than once, and all were counted",
    "atšķirīgas rindas; šī datnē ir vairākas reizes, un visas ieskaitītas",
    "warning",
)
UNKNOWN_PERSON = _rule(
    "unknown_person",
    "a person enrolled by a participants file",
    "persona, kas iekļauta dalībnieku datnē (participants)",
)
FORGOTTEN_PERSON = _rule(
    "forgotten_person",
    "no row of a person whose data were erased; take it out of your file too, and don't send it again",
    "datne bez personas, kuras dati ir dzēsti; izņemiet šo rindu arī no savas datnes un vairs nesūtiet",
)
UNKNOWN_MUNICIPALITY = _rule(
    "unknown_municipality",
    "a municipality that existed on that day: its official name or ATVK code",
    "pašvaldība, kas tajā dienā pastāvēja: tās oficiālais nosaukums vai ATVK kods",
)
IN_NO_WINDOW = _rule(
    "in_no_window",
    "a day inside one of the person's survey windows, or the wave",
    "diena kādā no personas aptaujas posmiem vai norādīts posms (wave)",
)
IN_TWO_WINDOWS = _rule(
    "in_two_windows",
    "the wave, because this day lies in two survey windows",
    "norādīts posms (wave), jo šī diena ietilpst divos aptaujas posmos",
)
OUTSIDE_WINDOW = _rule(
    "outside_window",
    "a day inside the wave's window; the wave as sent was kept",
    "diena, kas ietilpst norādītajā posmā; saglabāts norādītais posms",
    "warning",
)
FORMULA = _rule("formula", "a text, not a formula of a spreadsheet", "teksts, nevis izklājlapas formula")
CORRECTED = _rule(
    corrections.CORRECTED,
    "another value: this one was corrected in our data, mend yours too",
    "cita vērtība: mūsu datos tā ir izlabota, izlabojiet arī savos",
    "warning",
)
STRAIGHT_LINE = _rule(
    "straight_line",
    "answers that differ; all of them are the same: perhaps the form was not really filled in",
    "atšķirīgas atbildes; visas ir vienādas: iespējams, anketa nav īsti aizpildīta",
    "warning",
)
NEGATIVE_AMOUNT = _rule(
    "negative_amount",
    "an amount of 0 or more; a negative one only with correction = yes",
    "summa, kas nav mazāka par 0; negatīva tikai tad, ja correction = yes",
)
NEGATIVE_COST = _rule("negative_amount", "an amount of 0 or more", "summa, kas nav mazāka par 0")
UNITS_WITHOUT_EURO = _rule(
    "units_without_euro",
    "an amount above 0 where units were given; 0 only for what was free of charge",
    "summa, kas lielāka par 0, ja norādītas vienības; 0 tikai tad, ja pakalpojums bija bez maksas",
    "warning",
)
EURO_WITHOUT_UNITS = _rule(
    "euro_without_units",
    "units other than 0 where euro were paid",
    "vienību skaits, kas nav 0, ja norādīta summa eiro",
    "warning",
)
PLAIN_AMOUNT = _rule(
    "not_a_plain_amount",
    "a plain number, as 1234.50; it was read without the currency and the blanks",
    "tikai skaitlis, piemēram, 1234,50; tas nolasīts bez valūtas un atstarpēm",
    "warning",
)
OUTSIDE_SUPPORT = _rule(
    "outside_support",
    "a month from the person's enrolment to leaving, between the first and the last wave; the row was kept",
    "mēnesis no personas iestāšanās līdz aiziešanai, starp pirmo un pēdējo mērījumu; rinda saglabāta",
    "warning",
)
TWO_GROUPS = _rule(
    "service_in_two_groups",
    "one group for a service, in the whole file and as in the catalogue; the group as sent was kept",
    "pakalpojumam viena grupa visā datnē un tāda kā katalogā; saglabāta nosūtītā grupa",
    "warning",
)
LEFT_BEFORE_ENROLMENT = _rule(
    "left_before_enrolment", "a day not before enrolled_on", "diena, kas nav agrāka par enrolled_on"
)
REVIEWED_BEFORE_SET = _rule(
    "reviewed_before_set", "a day not before set_on", "diena, kas nav agrāka par set_on", "warning"
)
BORN_AFTER_ENROLMENT = _rule(
    "born_after_enrolment",
    "a year of birth from 1900 to the year of enrolment",
    "dzimšanas gads no 1900. līdz iestāšanās gadam",
)
UNUSUAL_AGE = _rule(
    "unusual_age",
    "a birth that gives an age for which the programme is meant; the row was kept",
    "dzimšanas dati, kas atbilst programmas vecuma grupām; rinda saglabāta",
    "warning",
)
BIRTHS_DIFFER = _rule("births_differ", "the year of birth_date", "tas pats gads, kas norādīts birth_date")
ATTAINMENT = _rule(
    "out_of_range",
    "1, 0.5, 0 or empty (in a goal attainment scaling evaluation: a whole number from -2 to 2)",
    "1, 0,5, 0 vai tukšs (mērķu sasniegšanas skalā — vesels skaitlis no -2 līdz 2)",
)
NOT_AN_ICF_CODE = _rule(
    "not_an_icf_code",
    "an ICF code or chapter as d450 or d4; with its qualifier as d450.2 or, for a facilitator, e310+3",
    "SFK kods vai nodaļa, piemēram, d450 vai d4; ar apzīmētāju — d450.2 vai, veicinātājam, e310+3",
)
QUALIFIERS_DIFFER = _rule(
    "qualifiers_differ",
    "the qualifier once: in its own column or behind the code",
    "apzīmētājs vienu reizi: savā kolonnā vai aiz koda",
)
NOT_ENVIRONMENTAL = _rule(
    "facilitator_not_environmental",
    "a facilitator only with an environmental factor (a code that begins with e)",
    "veicinātājs tikai vides faktoram (kodam, kas sākas ar e)",
)


def unknown_code(values: Sequence[str], rule: str = "unknown_code") -> Finding:
    """Return the finding for a text that must be one of a few codes."""
    listed = ", ".join(values)
    return _rule(rule, f"one of {listed}", f"viens no: {listed}")


def outside(low: float, high: float) -> Finding:
    """Return the finding for a number that must lie in a range."""
    return _rule("out_of_range", f"a number from {low:g} to {high:g}", f"skaitlis no {low:g} līdz {high:g}")


def not_an_option(values: Sequence[float]) -> Finding:
    """Return the finding for an answer that must be one of an item's options."""
    listed = ", ".join(f"{value:g}" for value in values)
    return _rule("out_of_range", f"one of {listed}", f"viens no: {listed}")
