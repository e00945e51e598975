-- A row: the level of one scale at one wave of one year in one municipality as it stands on a day: persons enrolled in
-- municipalities that merged before then count together, so a series over years follows the merger:
-- level_series('kidscreen10', 'self', DATE '2024-12-31'). Everybody scored then (cross-section).
CREATE OR REPLACE MACRO level_series(measure, answered_by, day) AS TABLE
    SELECT
        m.successor_code AS municipality_code,
        any_value(group_label('municipality', m.successor_code)) AS municipality,
        e.reporting_year,
        e.evaluation,
        CAST(s.wave AS VARCHAR) AS wave,
        CAST(s.scale AS VARCHAR) AS scale,
        count(*) AS n,
        avg(s.score ORDER BY s.participant_id) AS mean,
        stddev_samp(s.score ORDER BY s.participant_id) AS sd
    FROM core.score AS s
    JOIN core.evaluation_member AS member ON member.participant_id = s.participant_id
    JOIN meta.evaluation AS e ON e.evaluation = member.evaluation
    JOIN meta.wave AS w ON w.evaluation = e.evaluation AND w.wave = CAST(s.wave AS VARCHAR)
    JOIN core.participant AS p ON p.participant_id = s.participant_id
    JOIN meta.municipality_successor AS m
        ON m.municipality_code = p.municipality_code
        AND m.valid_from <= day AND (m.valid_to IS NULL OR day <= m.valid_to)
    WHERE s.scored AND CAST(s.instrument AS VARCHAR) = measure AND CAST(s.respondent AS VARCHAR) = answered_by
    GROUP BY m.successor_code, e.reporting_year, e.evaluation, s.wave, s.scale
    ORDER BY m.successor_code, e.reporting_year, min(w.position), s.scale
