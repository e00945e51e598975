-- lv: Cik lielā mērā sakrīt bērna un vecāka vērtējums par vienu un to pašu bērnu?
-- en: How far do a child's and a parent's ratings of the same child agree?
SELECT
    a.evaluation, a.instrument, a.scale, a.wave, a.respondent_a, a.respondent_b, a.n, round(a.icc_a1, 2) AS icc_a1,
    round(a.ci_low, 2) AS ci_low, round(a.ci_high, 2) AS ci_high, round(a.mean_difference, 2) AS mean_difference
FROM mart.agreement AS a
ORDER BY a.evaluation, a.instrument, a.scale, a.wave
