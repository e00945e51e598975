-- A row: what one population of an evaluation had of one service, of one group of services (`all`), of all services
-- (`total`), or of all services and the programme's other costs (`total_with_costs`).
-- A service counts when its month lies between the first and the last month of the person's waves; a cost, between
-- those of all members. A municipality's `total_with_costs` adds its own costs, not a share of the programme's.
-- Money stays decimal; only the two shares are floats.
WITH given AS (
    SELECT
        p.evaluation, p.population, p.grp, s.participant_id,
        s.service_group, s.service, s.month, s.eur, s.units
    FROM core.service AS s
    JOIN core.evaluation_member AS m ON m.participant_id = s.participant_id
    JOIN core.population_member AS p ON p.evaluation = m.evaluation AND p.participant_id = m.participant_id
    WHERE s.month BETWEEN date_trunc('month', m.first_day) AND m.last_day
),
by_person AS (
    SELECT
        evaluation, population, grp, participant_id,
        CASE WHEN grouping(service_group) = 1 THEN 'total' ELSE service_group END AS service_group,
        CASE WHEN grouping(service) = 1 THEN 'all' ELSE service END AS service,
        sum(eur) AS eur,
        sum(units) AS units,
        date_diff('month', min(month), max(month)) + 1 AS months_served
    FROM given
    GROUP BY GROUPING SETS (
        (evaluation, population, grp, participant_id, service_group, service),
        (evaluation, population, grp, participant_id, service_group),
        (evaluation, population, grp, participant_id)
    )
),
services AS (
    SELECT
        evaluation, population, grp, service_group, service,
        sum(eur) AS eur,
        sum(units) AS units,
        count(*) AS participants,
        sum(months_served) AS person_months
    FROM by_person
    GROUP BY evaluation, population, grp, service_group, service
),
span AS (
    SELECT evaluation, date_trunc('month', min(first_day)) AS first_month, max(last_day) AS last_day
    FROM core.evaluation_member
    GROUP BY evaluation
),
dated_cost AS (
    SELECT c.evaluation, c.municipality_code, c.eur
    FROM core.cost AS c
    JOIN span ON span.evaluation = c.evaluation
    WHERE c.month BETWEEN span.first_month AND span.last_day
),
costs AS (
    SELECT evaluation, 'all' AS population, 'all' AS grp, sum(eur) AS eur
    FROM dated_cost
    GROUP BY evaluation
    UNION ALL
    SELECT evaluation, 'municipality', municipality_code, sum(eur)
    FROM dated_cost
    WHERE municipality_code IS NOT NULL
    GROUP BY evaluation, municipality_code
),
totals AS (
    SELECT * FROM services WHERE service_group = 'total'
),
spend AS (
    SELECT * FROM services
    UNION ALL
    SELECT
        t.evaluation, t.population, t.grp, 'total_with_costs', 'all',
        t.eur + c.eur, t.units, t.participants, t.person_months
    FROM totals AS t
    JOIN costs AS c ON c.evaluation = t.evaluation AND c.population = t.population AND c.grp = t.grp
)
SELECT
    s.evaluation,
    s.population,
    s.grp,
    s.service_group,
    s.service,
    CAST(s.eur AS DECIMAL(18, 2)) AS eur,
    CAST(s.units AS DECIMAL(18, 4)) AS units,
    s.participants,
    e.months,
    exact_quotient(s.eur, s.units) AS eur_per_unit,
    exact_quotient(s.eur, s.participants) AS eur_per_participant,
    exact_quotient(s.eur, s.participants * e.months) AS eur_per_participant_month,
    CAST(s.person_months AS BIGINT) AS person_months,
    exact_quotient(s.eur, s.person_months) AS eur_per_person_month,
    -- A negative correction can push a part below nothing or above the whole: then it is no share.
    CASE WHEN s.eur BETWEEN 0 AND t.eur AND t.eur > 0
        THEN CAST(s.eur AS DOUBLE) / CAST(t.eur AS DOUBLE) END AS share_eur,
    s.participants / t.participants AS share_participants,
    FALSE AS suppressed
FROM spend AS s
JOIN totals AS t ON t.evaluation = s.evaluation AND t.population = s.population AND t.grp = s.grp
JOIN meta.evaluation AS e ON e.evaluation = s.evaluation
