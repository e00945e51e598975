-- A row: how many persons of one group of a breakdown were eligible, asked, answered, scored and paired for one measure
-- at one wave, with the share answered and its Wilson interval, from mart.participant_flow: flow_by('municipality').
CREATE OR REPLACE MACRO flow_by(breakdown) AS TABLE
    SELECT
        f.evaluation, f.grp, group_label(f.population, f.grp) AS label, f.instrument, f.respondent, f.wave,
        f.eligible, f.asked, f.answered, f.scored, f.paired,
        f.answered / f.eligible AS share_answered,
        wilson_low(f.answered, f.eligible) AS ci_low,
        wilson_high(f.answered, f.eligible) AS ci_high
    FROM mart.participant_flow AS f
    JOIN meta.wave AS w ON w.evaluation = f.evaluation AND w.wave = f.wave
    WHERE f.population = breakdown
    ORDER BY f.evaluation, f.grp, f.instrument, f.respondent, w.position
