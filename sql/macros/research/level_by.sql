-- A row: the level of one scale at one wave in one group of a breakdown, of everybody scored then (cross-section), with
-- the 95 % t interval of the mean, from mart.score_level: level_by('age_band', 'kidscreen52', 'parent').
CREATE OR REPLACE MACRO level_by(breakdown, measure, answered_by) AS TABLE
    SELECT
        l.evaluation, l.grp, group_label(l.population, l.grp) AS label, l.wave, l.scale, l.n, l.mean, l.sd, l.median,
        l.mean - t_quantile(l.n - 1, 0.975) * l.sd / sqrt(l.n) AS ci_low,
        l.mean + t_quantile(l.n - 1, 0.975) * l.sd / sqrt(l.n) AS ci_high,
        l.below_norm, l.suppressed
    FROM mart.score_level AS l
    JOIN meta.wave AS w ON w.evaluation = l.evaluation AND w.wave = l.wave
    WHERE l.population = breakdown AND l.instrument = measure AND l.respondent = answered_by
    ORDER BY l.evaluation, l.grp, l.scale, w.position
