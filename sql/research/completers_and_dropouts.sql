-- lv: Vai tie, kuri vēlāk neatbildēja, sākumā atšķīrās no tiem, kuri atbildēja abās reizēs?
-- en: Did those who did not answer later differ at baseline from those who answered both times?
WITH baseline AS (
    SELECT
        e.evaluation, CAST(s.instrument AS VARCHAR) AS instrument, CAST(s.respondent AS VARCHAR) AS respondent,
        CAST(s.scale AS VARCHAR) AS scale, s.participant_id, s.score,
        EXISTS (
            SELECT 1 FROM core.score AS post
            WHERE post.participant_id = s.participant_id AND post.instrument = s.instrument
                AND post.respondent = s.respondent AND post.scale = s.scale
                AND post.scored AND CAST(post.wave AS VARCHAR) = e.post
        ) AS completed
    FROM core.score AS s
    JOIN core.evaluation_member AS m ON m.participant_id = s.participant_id
    JOIN meta.evaluation AS e ON e.evaluation = m.evaluation AND e.pre = CAST(s.wave AS VARCHAR)
    WHERE s.scored
)
SELECT
    evaluation, instrument, respondent, scale,
    count(*) FILTER (completed) AS completers, count(*) FILTER (NOT completed) AS dropouts,
    round(avg(score) FILTER (completed), 2) AS mean_completers,
    round(avg(score) FILTER (NOT completed), 2) AS mean_dropouts,
    round(
        (avg(score) FILTER (completed) - avg(score) FILTER (NOT completed))
        / nullif(sqrt((var_samp(score) FILTER (completed) + var_samp(score) FILTER (NOT completed)) / 2), 0), 2
    ) AS standardised_difference
FROM baseline
GROUP BY evaluation, instrument, respondent, scale
ORDER BY evaluation, instrument, respondent, scale
