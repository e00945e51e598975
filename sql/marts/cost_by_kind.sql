-- A row: a kind of cost that is nobody's service, of the whole evaluation (`all`) or borne by one municipality.
-- A cost counts when its month lies between the first and the last month of all members' waves, as in
-- mart.service_spend.
WITH span AS (
    SELECT evaluation, date_trunc('month', min(first_day)) AS first_month, max(last_day) AS last_day
    FROM core.evaluation_member
    GROUP BY evaluation
)
SELECT
    c.evaluation,
    CASE WHEN grouping(c.municipality_code) = 1 THEN 'all' ELSE 'municipality' END AS population,
    CASE WHEN grouping(c.municipality_code) = 1 THEN 'all' ELSE c.municipality_code END AS grp,
    c.cost_kind,
    CAST(sum(c.eur) AS DECIMAL(18, 2)) AS eur,
    count(DISTINCT c.month) AS months
FROM core.cost AS c
JOIN span AS s ON s.evaluation = c.evaluation
WHERE c.month BETWEEN s.first_month AND s.last_day
GROUP BY GROUPING SETS ((c.evaluation, c.cost_kind), (c.evaluation, c.cost_kind, c.municipality_code))
HAVING grouping(c.municipality_code) = 1 OR c.municipality_code IS NOT NULL
