-- lv: No kura nodarbinātības statusa uz kuru personas pārgāja?
-- en: From which employment status to which did persons go?
SELECT f.evaluation, f.before, f.during, f.persons, round(100 * f.persons / f.n, 1) AS of_all_pct
FROM mart.employment_flow AS f
WHERE f.persons > 0
ORDER BY f.evaluation, f.persons DESC, f.before, f.during
