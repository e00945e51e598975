-- A row: what one population of an evaluation had of one group of services, or of all (`total`), from providers outside
-- the person's own municipality. Only services whose provider's municipality was sent are looked at.
-- A municipality that was merged since enrolment is still the person's own: its successor counts as the same.
WITH given AS (
    SELECT
        p.evaluation, p.population, p.grp, s.participant_id, s.service_group, s.eur, s.units,
        s.provider_municipality NOT IN (a.municipality_code, coalesce(o.successor_code, a.municipality_code))
            AS elsewhere
    FROM core.service AS s
    JOIN core.participant AS a ON a.participant_id = s.participant_id
    JOIN core.evaluation_member AS m ON m.participant_id = s.participant_id
    JOIN core.population_member AS p ON p.evaluation = m.evaluation AND p.participant_id = m.participant_id
    LEFT JOIN meta.municipality AS o ON o.municipality_code = a.municipality_code
    WHERE s.provider_municipality IS NOT NULL
        AND s.month BETWEEN date_trunc('month', m.first_day) AND m.last_day
),
summed AS (
    SELECT
        evaluation, population, grp,
        CASE WHEN grouping(service_group) = 1 THEN 'total' ELSE service_group END AS service_group,
        count(DISTINCT participant_id) AS participants,
        count(DISTINCT participant_id) FILTER (elsewhere) AS participants_elsewhere,
        CAST(sum(eur) AS DECIMAL(18, 2)) AS eur,
        CAST(coalesce(sum(eur) FILTER (elsewhere), 0) AS DECIMAL(18, 2)) AS eur_elsewhere,
        CAST(coalesce(sum(units) FILTER (elsewhere), 0) AS DECIMAL(18, 4)) AS units_elsewhere
    FROM given
    GROUP BY GROUPING SETS (
        (evaluation, population, grp, service_group),
        (evaluation, population, grp)
    )
)
SELECT
    evaluation,
    population,
    grp,
    service_group,
    participants,
    participants_elsewhere,
    eur,
    eur_elsewhere,
    units_elsewhere,
    -- A negative correction can push the part below nothing or above the whole: then it is no share.
    CASE WHEN eur_elsewhere BETWEEN 0 AND eur AND eur > 0
        THEN CAST(eur_elsewhere AS DOUBLE) / CAST(eur AS DOUBLE) END AS share_eur_elsewhere,
    participants_elsewhere / participants AS share_participants_elsewhere,
    FALSE AS suppressed
FROM summed
