-- A row: the level of one scale at one wave in one population: everybody scored then, paired or not (cross-section).
-- The floor is the lowest score the scale can give, the ceiling the highest; below_norm is the share that lies more
-- than one standard deviation under the norm's mean. A figure that can't be given is null and has its reason.
WITH scored AS (
    SELECT p.participant_id, p.evaluation, p.population, p.grp, s.wave, s.instrument, s.respondent, s.scale, s.score
    FROM core.score AS s
    JOIN core.population_member AS p ON p.participant_id = s.participant_id
    JOIN meta.wave AS w ON w.evaluation = p.evaluation AND w.wave = s.wave
    WHERE s.scored
)
SELECT
    s.evaluation,
    s.population,
    s.grp,
    CAST(s.wave AS VARCHAR) AS wave,
    CAST(s.instrument AS VARCHAR) AS instrument,
    CAST(s.respondent AS VARCHAR) AS respondent,
    CAST(s.scale AS VARCHAR) AS scale,
    count(*) AS n,
    -- Summed in the order of persons, so that the last digit is the same in every run.
    avg(s.score ORDER BY s.participant_id) AS mean,
    stddev_samp(s.score ORDER BY s.participant_id) AS sd,
    median(s.score) AS median,
    -- Scores are compared after rounding to 1e-10, so that float noise moves nobody off the end of the scale.
    avg(CAST(round(s.score, 10) <= m.minimum AS INTEGER)) AS floor,
    avg(CAST(round(s.score, 10) >= m.maximum AS INTEGER)) AS ceiling,
    avg(CAST(round(s.score, 10) < m.norm_mean - m.norm_sd AS INTEGER)) AS below_norm,
    FALSE AS suppressed,
    nullif(
        concat_ws(
            '; ',
            CASE WHEN count(*) < 2 THEN 'fewer than two persons' END,
            CASE WHEN m.minimum + m.maximum + m.norm_mean + m.norm_sd IS NULL THEN 'no reference value' END
        ),
        ''
    ) AS reason
FROM scored AS s
LEFT JOIN meta.scale AS m ON m.instrument = s.instrument AND m.respondent = s.respondent AND m.scale = s.scale
GROUP BY
    s.evaluation, s.population, s.grp, s.wave, s.instrument, s.respondent, s.scale,
    m.minimum, m.maximum, m.norm_mean, m.norm_sd
