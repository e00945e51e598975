-- lv: Kurus pakalpojumus saņēma visvairāk personu, un cik maksā viena vienība?
-- en: Which services did most persons have, and what does a unit cost?
SELECT
    s.evaluation, s.service_group, s.service, s.participants, s.units, s.eur, s.eur_per_unit,
    round(s.share_participants, 3) AS share_participants
FROM mart.service_spend AS s
WHERE s.population = 'all' AND s.service <> 'all'
ORDER BY s.evaluation, s.participants DESC, s.service
