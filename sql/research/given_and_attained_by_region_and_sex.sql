-- lv: Ko sievietes un vīrieši katrā plānošanas reģionā saņēma, un cik lielā mērā viņi sasniedza mērķus?
-- en: What did women and men in each planning region receive, and how far did they attain their goals?
SELECT
    s.evaluation,
    split_part(s.grp, ' | ', 1) AS region,
    split_part(s.grp, ' | ', 2) AS sex,
    s.participants, s.eur, s.eur_per_participant_month, g.goals, g.degree_pct, g.ci_low, g.ci_high
FROM spend_by('region_by_sex') AS s
LEFT JOIN attainment_by('region_by_sex') AS g
    ON g.evaluation = s.evaluation AND g.grp = s.grp AND g.domain = 'total'
WHERE s.service_group = 'total'
ORDER BY s.evaluation, region, sex
