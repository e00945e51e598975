-- lv: Kādi ir vidējie rādītāji katrā mērījumā dažādās vecuma grupās?
-- en: What are the mean scores at each wave in the age bands?
SELECT
    l.evaluation, l.grp AS age_band, l.instrument, l.respondent, l.scale, l.wave, l.n, round(l.mean, 2) AS mean,
    round(l.sd, 2) AS sd, round(l.below_norm, 3) AS below_norm
FROM mart.score_level AS l
WHERE l.population = 'age_band'
ORDER BY l.evaluation, l.instrument, l.respondent, l.scale, l.grp, l.wave
