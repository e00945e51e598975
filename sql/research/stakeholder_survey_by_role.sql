-- lv: Kā darbinieki, pakalpojumu sniedzēji un saņēmēji vērtē programmas norisi?
-- en: How do staff, providers and recipients rate how the programme works?
SELECT
    s.year, s.role, s.item, i.label_lv, i.label_en, s.category, s.n, s.invited, s.count, round(s.share, 3) AS share,
    round(s.ci_low, 3) AS ci_low, round(s.ci_high, 3) AS ci_high
FROM mart.stakeholder_item AS s
LEFT JOIN meta.item AS i ON i.instrument = 'stakeholder_survey' AND i.item = s.item
WHERE s.population = 'all'
ORDER BY s.year, s.role, i.position, s.category
