-- A group's name as people read it: a municipality's official name of its time, else the value of the breakdown.
-- breakdown: `all`, municipality, region, sex, … (population in the marts); value: grp in the marts.
-- The register's columns are renamed within, so that an argument of such a name means the caller's.
CREATE OR REPLACE MACRO group_label(breakdown, value) AS
    CASE WHEN breakdown = 'municipality' THEN
        coalesce(
            (
                SELECT max(listed.listed_name)
                FROM (SELECT municipality_code AS listed_code, name_lv AS listed_name FROM meta.municipality) AS listed
                WHERE listed.listed_code = value
            ),
            value
        )
    ELSE value END
