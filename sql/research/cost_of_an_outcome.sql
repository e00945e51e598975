-- lv: Cik izlietots uz vienu sasniegtu mērķi un vienu personu ar ticamu uzlabojumu? Tas nav vērtējums pēc kārtas.
-- en: How much was spent for each goal attained and each person improved reliably? This is no ranking.
SELECT
    c.evaluation, c.population, group_label(c.population, c.grp) AS "group", c.outcome, c.instrument, c.respondent, c.scale,
    c.persons, c.eur_per_outcome, c.eur_low, c.eur_high, c.reason
FROM mart.outcome_cost AS c
ORDER BY c.evaluation, c.outcome, c.instrument, c.respondent, c.scale, c.population, "group"
