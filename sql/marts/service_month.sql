-- A row: what one population of an evaluation had in one month of one group of services, or of all (`total`).
-- A service counts when its month lies between the first and the last month of the person's waves, as in
-- mart.service_spend, whose group totals these rows add up to. A month without a service has no row.
WITH given AS (
    SELECT
        p.evaluation, p.population, p.grp, s.month,
        CASE WHEN grouping(s.service_group) = 1 THEN 'total' ELSE s.service_group END AS service_group,
        sum(s.eur) AS eur,
        sum(s.units) AS units,
        count(DISTINCT s.participant_id) AS participants
    FROM core.service AS s
    JOIN core.evaluation_member AS m ON m.participant_id = s.participant_id
    JOIN core.population_member AS p ON p.evaluation = m.evaluation AND p.participant_id = m.participant_id
    WHERE s.month BETWEEN date_trunc('month', m.first_day) AND m.last_day
    GROUP BY GROUPING SETS (
        (p.evaluation, p.population, p.grp, s.month, s.service_group),
        (p.evaluation, p.population, p.grp, s.month)
    )
)
SELECT
    evaluation,
    population,
    grp,
    month,
    service_group,
    CAST(eur AS DECIMAL(18, 2)) AS eur,
    CAST(units AS DECIMAL(18, 4)) AS units,
    participants,
    exact_quotient(eur, participants) AS eur_per_participant,
    FALSE AS suppressed
FROM given
