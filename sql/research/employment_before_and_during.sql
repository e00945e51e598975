-- lv: Cik personu strādāja pirms programmas un tās laikā, cik sāka un cik pārtrauca strādāt?
-- en: How many persons worked before and during the programme, how many began and how many stopped?
SELECT e.evaluation, e.status, e.before, e.during, e.gained, e.lost, round(e.p_mcnemar, 4) AS p_mcnemar
FROM mart.employment_change AS e
WHERE e.population = 'all'
ORDER BY e.evaluation, e.during DESC, e.status
