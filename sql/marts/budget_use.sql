-- A row: what was spent against what was agreed and indicated in one population of an evaluation, of the persons with
-- both amounts. Both amounts are for the plan's months; a service counts as in mart.service_spend.
-- A published rule on indicative amounts counts for those enrolled when it was valid, times the plan's months.
WITH spent AS (
    SELECT m.evaluation, m.participant_id, sum(s.eur) AS eur
    FROM core.service AS s
    JOIN core.evaluation_member AS m ON m.participant_id = s.participant_id
    WHERE s.month BETWEEN date_trunc('month', m.first_day) AND m.last_day
    GROUP BY m.evaluation, m.participant_id
),
budget AS (
    SELECT
        p.evaluation, p.population, p.grp,
        b.indicative_eur,
        b.agreed_eur,
        s.eur AS spent_eur,
        b.rule_most_month_eur * e.months AS rule_most_eur
    FROM core.budget AS b
    JOIN core.population_member AS p ON p.participant_id = b.participant_id
    JOIN meta.evaluation AS e ON e.evaluation = p.evaluation
    LEFT JOIN spent AS s ON s.evaluation = p.evaluation AND s.participant_id = p.participant_id
    WHERE b.indicative_eur IS NOT NULL AND b.agreed_eur IS NOT NULL
),
summed AS (
    SELECT
        evaluation, population, grp,
        count(*) AS persons,
        count(spent_eur) AS participants,
        CAST(sum(indicative_eur) AS DECIMAL(18, 2)) AS indicative_eur,
        CAST(sum(agreed_eur) AS DECIMAL(18, 2)) AS agreed_eur,
        CAST(coalesce(sum(spent_eur), 0) AS DECIMAL(18, 2)) AS spent_eur,
        count(*) FILTER (spent_eur > agreed_eur) AS persons_over,
        count(rule_most_eur) AS rule_persons,
        CAST(coalesce(sum(rule_most_eur), 0) AS DECIMAL(18, 2)) AS rule_most_eur,
        CAST(coalesce(sum(agreed_eur) FILTER (rule_most_eur IS NOT NULL), 0) AS DECIMAL(18, 2)) AS rule_agreed_eur,
        count(*) FILTER (agreed_eur > rule_most_eur) AS persons_above_rule
    FROM budget
    GROUP BY evaluation, population, grp
)
SELECT
    evaluation,
    population,
    grp,
    persons,
    participants,
    indicative_eur,
    agreed_eur,
    spent_eur,
    CASE WHEN indicative_eur > 0
        THEN CAST(agreed_eur AS DOUBLE) / CAST(indicative_eur AS DOUBLE) END AS agreed_of_indicative,
    CASE WHEN agreed_eur > 0 AND spent_eur >= 0
        THEN CAST(spent_eur AS DOUBLE) / CAST(agreed_eur AS DOUBLE) END AS spent_of_agreed,
    persons_over,
    rule_persons,
    rule_most_eur,
    rule_agreed_eur,
    persons_above_rule,
    FALSE AS suppressed
FROM summed
