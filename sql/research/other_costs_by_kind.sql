-- lv: Kādas izmaksas neattiecas uz atsevišķu pakalpojumu, un cik tās ir pret pakalpojumu summu?
-- en: Which costs belong to no single service, and what are they beside the spending on services?
SELECT c.evaluation, c.cost_kind, c.eur, c.months, round(100 * c.eur / s.eur, 1) AS of_services_pct
FROM mart.cost_by_kind AS c
JOIN mart.service_spend AS s ON s.evaluation = c.evaluation AND s.population = c.population AND s.service_group = 'total'
WHERE c.population = 'all'
ORDER BY c.evaluation, c.eur DESC
