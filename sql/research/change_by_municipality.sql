-- lv: Kā pārmaiņas atšķiras pa pašvaldībām: pašu dati, daļēji apvienotais novērtējums un mazākā pamanāmā pārmaiņa?
-- en: How does the change differ by municipality: own data, the partially pooled estimate, the detectable change?
SELECT
    m.evaluation, group_label(m.population, m.grp) AS municipality, m.instrument, m.respondent, m.scale, m.n_pairs,
    round(m.mean_change, 2) AS own_change, round(m.pooled_change, 2) AS pooled_change,
    round(m.pooled_low, 2) AS pooled_low, round(m.pooled_high, 2) AS pooled_high,
    round(m.weight_own, 2) AS weight_own, round(m.detectable_change, 2) AS detectable_change
FROM mart.municipality_change AS m
ORDER BY m.evaluation, m.instrument, m.respondent, m.scale, municipality
