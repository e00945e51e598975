-- A row: one person scored on one scale at both the pre and the post wave of an evaluation, by one kind of respondent.
-- change is positive when it is better for the person. measure: meta.instrument; answered_by: self, parent, …
CREATE OR REPLACE MACRO paired_scores(measure, answered_by) AS TABLE
    SELECT
        e.evaluation,
        pre.participant_id,
        CAST(pre.scale AS VARCHAR) AS scale,
        pre.score AS score_pre,
        post.score AS score_post,
        round((post.score - pre.score) * m.orientation, 10) AS change
    FROM meta.evaluation AS e
    JOIN core.evaluation_member AS member ON member.evaluation = e.evaluation
    JOIN core.score AS pre
        ON pre.participant_id = member.participant_id AND pre.scored AND CAST(pre.wave AS VARCHAR) = e.pre
    JOIN core.score AS post
        ON post.participant_id = pre.participant_id AND post.instrument = pre.instrument
        AND post.respondent = pre.respondent AND post.scale = pre.scale
        AND post.scored AND CAST(post.wave AS VARCHAR) = e.post
    JOIN meta.scale AS m
        ON m.instrument = CAST(pre.instrument AS VARCHAR) AND m.respondent = CAST(pre.respondent AS VARCHAR)
        AND m.scale = CAST(pre.scale AS VARCHAR)
    WHERE CAST(pre.instrument AS VARCHAR) = measure AND CAST(pre.respondent AS VARCHAR) = answered_by
