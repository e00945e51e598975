-- A group's name as people read it: a municipality's official name of its time, else the value of the breakdown.
-- breakdown: `all`, municipality, region, sex, … (population in the marts); value: grp in the marts. Of a two-way
-- breakdown with municipalities (municipality_by_sex: `0001000 | f`) the code is named, the other value stays.
-- The register's columns are renamed within, so that an argument of such a name means the caller's.
CREATE OR REPLACE MACRO group_label(breakdown, value) AS
    CASE WHEN breakdown = 'municipality' OR starts_with(breakdown, 'municipality_by_') THEN
        coalesce(
            (
                SELECT max(listed.listed_name)
                FROM (SELECT municipality_code AS listed_code, name_lv AS listed_name FROM meta.municipality) AS listed
                WHERE listed.listed_code = split_part(value, ' | ', 1)
            ),
            split_part(value, ' | ', 1)
        ) || substr(value, length(split_part(value, ' | ', 1)) + 1)
    ELSE value END
