-- The code of the municipality that one of any time became, on a day: municipality_on('0880200', DATE '2024-01-01').
-- Of a municipality that was split, the main part's (meta.municipality_successor.split says so). Null before its time.
-- The table's columns are renamed within, so that an argument of such a name means the caller's.
CREATE OR REPLACE MACRO municipality_on(code, day) AS
    (
        SELECT listed.listed_successor
        FROM (
            SELECT municipality_code AS listed_code, successor_code AS listed_successor, valid_from AS listed_from,
                coalesce(valid_to, DATE '9999-12-31') AS listed_to
            FROM meta.municipality_successor
        ) AS listed
        WHERE listed.listed_code = code AND day BETWEEN listed.listed_from AND listed.listed_to
    )
