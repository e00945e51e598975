-- lv: Cik personu saņēma pakalpojumus un cik samaksāts katrā mēnesī pa pakalpojumu grupām?
-- en: How many persons had services and how much was paid in each month, by group of services?
SELECT m.evaluation, strftime(m.month, '%Y-%m') AS month, m.service_group, m.participants, m.units, m.eur, m.eur_per_participant
FROM mart.service_month AS m
WHERE m.population = 'all'
ORDER BY m.evaluation, m.service_group, m.month
