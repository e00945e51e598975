-- lv: Cik personu saņēma pakalpojumus ārpus savas pašvaldības un kāda izdevumu daļa tam izlietota?
-- en: How many persons had services outside their own municipality, and which share of the spending went there?
SELECT
    e.evaluation, group_label(e.population, e.grp) AS municipality, e.participants, e.participants_elsewhere,
    e.eur_elsewhere, round(100 * e.share_eur_elsewhere, 1) AS eur_elsewhere_pct
FROM mart.service_elsewhere AS e
WHERE e.population = 'municipality' AND e.service_group = 'total'
ORDER BY e.evaluation, municipality
