-- A row: one answer category of one item of the yearly survey, for one role, in all municipalities or in one.
-- A rated item has a row for every category of its printed range, also where nobody chose it; an answer outside that
-- range is a code for "no answer" and does not count. invited is null where no list was sent for the group.
WITH survey_item AS (
    SELECT i.item, min(i.minimum) AS minimum, max(i.maximum) AS maximum
    FROM meta.item AS i
    JOIN meta.instrument AS m ON m.instrument = i.instrument
    WHERE m.kind = 'survey'
    GROUP BY i.item
),
own_answer AS (
    SELECT a.year, a.role, a.municipality_code, a.item, a.answer
    FROM core.stakeholder_answer AS a
    LEFT JOIN survey_item AS i ON i.item = a.item
    WHERE a.answer BETWEEN coalesce(i.minimum, a.answer) AND coalesce(i.maximum, a.answer)
),
answer AS (
    SELECT year, role, 'all' AS population, 'all' AS grp, item, answer FROM own_answer
    UNION ALL
    SELECT year, role, 'municipality', municipality_code, item, answer FROM own_answer
),
counted AS (
    SELECT year, role, population, grp, item, answer, count(*) AS given
    FROM answer
    GROUP BY year, role, population, grp, item, answer
),
base AS (
    SELECT year, role, population, grp, item, CAST(sum(given) AS BIGINT) AS n
    FROM counted
    GROUP BY year, role, population, grp, item
),
category AS (
    SELECT b.year, b.role, b.population, b.grp, b.item,
        CAST(unnest(generate_series(CAST(i.minimum AS BIGINT), CAST(i.maximum AS BIGINT))) AS DOUBLE) AS answer
    FROM base AS b
    JOIN survey_item AS i ON i.item = b.item
    UNION
    SELECT year, role, population, grp, item, answer FROM counted
),
own_invitation AS (
    SELECT DISTINCT invitation_for, respondent AS role, municipality_code, invited_id FROM core.invitation
),
invitation AS (
    SELECT invitation_for, role, 'all' AS population, 'all' AS grp, count(DISTINCT invited_id) AS invited
    FROM own_invitation
    GROUP BY invitation_for, role
    UNION ALL
    SELECT invitation_for, role, 'municipality', municipality_code, count(DISTINCT invited_id)
    FROM own_invitation
    WHERE municipality_code IS NOT NULL
    GROUP BY invitation_for, role, municipality_code
)
SELECT
    c.year,
    c.role,
    c.population,
    c.grp,
    c.item,
    -- A code is printed as on the form: 3, not 3.0.
    CASE WHEN c.answer = floor(c.answer) THEN CAST(CAST(c.answer AS BIGINT) AS VARCHAR)
        ELSE CAST(c.answer AS VARCHAR) END AS category,
    b.n,
    v.invited,
    coalesce(k.given, 0) AS count,
    coalesce(k.given, 0) / b.n AS share,
    wilson_low(coalesce(k.given, 0), b.n) AS ci_low,
    wilson_high(coalesce(k.given, 0), b.n) AS ci_high,
    FALSE AS suppressed,
    CAST(NULL AS VARCHAR) AS reason
FROM category AS c
JOIN base AS b
    ON b.year = c.year AND b.role = c.role AND b.population = c.population AND b.grp = c.grp AND b.item = c.item
LEFT JOIN counted AS k
    ON k.year = c.year AND k.role = c.role AND k.population = c.population AND k.grp = c.grp
    AND k.item = c.item AND k.answer = c.answer
LEFT JOIN invitation AS v
    ON v.invitation_for = CAST(c.year AS VARCHAR) AND v.role = c.role
    AND v.population = c.population AND v.grp = c.grp
