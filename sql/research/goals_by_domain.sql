-- lv: Cik mērķu katrā jomā sasniegts pilnībā, daļēji un nav sasniegts, un kāda ir sasniegšanas pakāpe?
-- en: How many goals of each domain were achieved, partly achieved and not achieved, and to what degree?
SELECT
    g.evaluation, g.domain, i.label_lv, i.label_en, g.persons, g.goals, g.open, g.achieved, g.partly, g.not_achieved,
    round(g.degree_pct, 1) AS degree_pct, round(g.ci_low, 1) AS ci_low, round(g.ci_high, 1) AS ci_high
FROM mart.goal_attainment AS g
LEFT JOIN meta.item AS i ON i.instrument = 'goal_attainment' AND i.item = g.domain
WHERE g.population = 'all'
ORDER BY g.evaluation, g.domain
