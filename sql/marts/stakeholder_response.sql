-- A row: one role in one year's survey, in all municipalities or in one. A survey may be answered without a name, so
-- those who answered are counted against those invited, not looked up among them. In all municipalities the rate
-- stands only when every municipality that answered sent its list (or a list without municipalities was sent).
WITH answer AS (
    SELECT DISTINCT year, role, municipality_code, respondent_id FROM core.stakeholder_answer
),
invitation AS (
    SELECT DISTINCT CAST(invitation_for AS BIGINT) AS year, respondent AS role, municipality_code, invited_id
    FROM core.invitation
    WHERE TRY_CAST(invitation_for AS BIGINT) IS NOT NULL
),
answered AS (
    SELECT year, role, 'all' AS population, 'all' AS grp, count(DISTINCT respondent_id) AS answered
    FROM answer
    GROUP BY year, role
    UNION ALL
    SELECT year, role, 'municipality', municipality_code, count(DISTINCT respondent_id)
    FROM answer
    GROUP BY year, role, municipality_code
),
invited AS (
    SELECT year, role, 'all' AS population, 'all' AS grp, count(DISTINCT invited_id) AS invited
    FROM invitation
    GROUP BY year, role
    UNION ALL
    SELECT year, role, 'municipality', municipality_code, count(DISTINCT invited_id)
    FROM invitation
    WHERE municipality_code IS NOT NULL
    GROUP BY year, role, municipality_code
),
without_list AS (
    SELECT DISTINCT a.year, a.role
    FROM answer AS a
    WHERE NOT EXISTS (
        SELECT 1 FROM invitation AS i
        WHERE i.year = a.year AND i.role = a.role
            AND (i.municipality_code = a.municipality_code OR i.municipality_code IS NULL)
    )
),
counted AS (
    SELECT year, role, population, grp, i.invited, coalesce(a.answered, 0) AS answered
    FROM answered AS a
    FULL JOIN invited AS i USING (year, role, population, grp)
),
judged AS (
    SELECT c.*,
        CASE WHEN c.invited IS NULL THEN 'no list of those invited was sent'
            WHEN c.population = 'all' AND w.year IS NOT NULL THEN 'some municipalities sent no list of those invited'
            WHEN c.answered > c.invited THEN 'more persons answered than were invited'
        END AS reason
    FROM counted AS c
    LEFT JOIN without_list AS w ON w.year = c.year AND w.role = c.role
)
SELECT
    year,
    role,
    population,
    grp,
    invited,
    answered,
    CASE WHEN reason IS NULL THEN answered / invited END AS response_rate,
    reason
FROM judged
