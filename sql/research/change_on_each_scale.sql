-- lv: Cik lielas ir pārmaiņas katrā skalā, ar kādu drošumu, un vai tās paliek pēc salīdzinājumu skaita labojuma?
-- en: How large is the change on each scale, how sure is it, and does it survive the correction for many comparisons?
SELECT
    c.evaluation, c.instrument, c.respondent, c.scale, s.label_lv, s.label_en, c.n_pairs,
    round(c.mean_pre, 2) AS mean_pre, round(c.mean_post, 2) AS mean_post, round(c.mean_change, 2) AS mean_change,
    round(c.ci_low, 2) AS ci_low, round(c.ci_high, 2) AS ci_high, round(c.d_z, 2) AS d_z,
    round(c.p_adjusted, 4) AS p_adjusted, c.verdict
FROM mart.score_change AS c
JOIN meta.scale AS s ON s.instrument = c.instrument AND s.respondent = c.respondent AND s.scale = c.scale
WHERE c.population = 'all'
ORDER BY c.evaluation, c.instrument, c.respondent, c.mean_change DESC
