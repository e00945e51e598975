-- lv: Kāda ir mērķu sasniegšanas pakāpe katrā pašvaldībā, ar intervālu?
-- en: To what degree were goals attained in each municipality, with the interval?
SELECT
    evaluation, label AS municipality, persons, goals, round(degree_pct, 1) AS degree_pct,
    round(ci_low, 1) AS ci_low, round(ci_high, 1) AS ci_high
FROM attainment_by('municipality')
WHERE domain = 'total'
ORDER BY evaluation, municipality
