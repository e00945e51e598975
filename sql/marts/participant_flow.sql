-- A row: one measure, respondent and wave of an evaluation in one population, and how many persons got how far:
-- eligible, asked, answered, scored, paired. Eligible is whom the measure is meant for (core.eligible_member), and
-- whoever was asked or answered at any wave all the same. A group with nobody eligible has no row.
-- A measure belongs to an evaluation when one of its members answered it, or was invited to, at one of its waves.
-- An invitation without a respondent counts for every respondent, one without a wave for every wave.
-- asked is null for a measure, respondent and wave for which no invitation was sent in.
WITH answered AS (
    SELECT DISTINCT m.evaluation, r.instrument, r.respondent, r.wave, r.participant_id
    FROM core.response AS r
    JOIN core.evaluation_member AS m ON m.participant_id = r.participant_id
    JOIN meta.wave AS w ON w.evaluation = m.evaluation AND w.wave = r.wave
    WHERE r.answer IS NOT NULL
),
invited AS (
    SELECT DISTINCT m.evaluation, v.invitation_for AS instrument, v.respondent, v.wave, m.participant_id
    FROM core.invitation AS v
    JOIN core.evaluation_member AS m ON m.participant_id = v.invited_id
    JOIN meta.instrument AS i ON i.instrument = v.invitation_for
),
eligible AS (
    SELECT evaluation, instrument, participant_id FROM core.eligible_member
    UNION
    SELECT evaluation, instrument, participant_id FROM answered
    UNION
    SELECT evaluation, instrument, participant_id FROM invited
),
cell AS (
    SELECT evaluation, instrument, respondent, wave FROM answered
    UNION
    SELECT v.evaluation, v.instrument, v.respondent, v.wave
    FROM invited AS v
    JOIN meta.wave AS w ON w.evaluation = v.evaluation AND w.wave = v.wave
    WHERE v.respondent <> 'unknown'
),
asked AS (
    SELECT DISTINCT c.evaluation, c.instrument, c.respondent, c.wave, v.participant_id
    FROM cell AS c
    JOIN invited AS v
        ON v.evaluation = c.evaluation AND v.instrument = c.instrument
        AND v.respondent IN (c.respondent, 'unknown') AND v.wave IN (c.wave, 'none')
),
listed AS (
    SELECT DISTINCT evaluation, instrument, respondent, wave, TRUE AS is_listed FROM asked
),
scored AS (
    SELECT DISTINCT participant_id, instrument, respondent, wave FROM core.score WHERE scored
),
paired AS (
    SELECT DISTINCT e.evaluation, pre.participant_id, pre.instrument, pre.respondent
    FROM meta.evaluation AS e
    JOIN core.score AS pre ON pre.wave = e.pre
    JOIN core.score AS post
        ON post.wave = e.post AND post.participant_id = pre.participant_id
        AND post.instrument = pre.instrument AND post.respondent = pre.respondent AND post.scale = pre.scale
    WHERE pre.scored AND post.scored
)
SELECT
    p.evaluation,
    p.population,
    p.grp,
    CAST(c.instrument AS VARCHAR) AS instrument,
    CAST(c.respondent AS VARCHAR) AS respondent,
    CAST(c.wave AS VARCHAR) AS wave,
    count(*) AS eligible,
    CASE WHEN bool_or(listed.is_listed) THEN count(asked.participant_id) END AS asked,
    count(answered.participant_id) AS answered,
    count(scored.participant_id) AS scored,
    count(paired.participant_id) AS paired
FROM cell AS c
JOIN eligible ON eligible.evaluation = c.evaluation AND eligible.instrument = c.instrument
JOIN core.population_member AS p
    ON p.evaluation = c.evaluation AND p.participant_id = eligible.participant_id
LEFT JOIN listed
    ON listed.evaluation = c.evaluation AND listed.instrument = c.instrument
    AND listed.respondent = c.respondent AND listed.wave = c.wave
LEFT JOIN asked
    ON asked.evaluation = c.evaluation AND asked.instrument = c.instrument AND asked.respondent = c.respondent
    AND asked.wave = c.wave AND asked.participant_id = p.participant_id
LEFT JOIN answered
    ON answered.evaluation = c.evaluation AND answered.instrument = c.instrument
    AND answered.respondent = c.respondent AND answered.wave = c.wave
    AND answered.participant_id = p.participant_id
LEFT JOIN scored
    ON scored.participant_id = p.participant_id AND scored.instrument = c.instrument
    AND scored.respondent = c.respondent AND scored.wave = c.wave
LEFT JOIN paired
    ON paired.evaluation = c.evaluation AND paired.participant_id = p.participant_id
    AND paired.instrument = c.instrument AND paired.respondent = c.respondent
GROUP BY p.evaluation, p.population, p.grp, c.instrument, c.respondent, c.wave
