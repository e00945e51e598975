-- The answers that stand: of the rows with one key that of the submission that came last. Free text stays behind.
-- A questionnaire in which no item was answered twice has nothing to choose from: only the others are sorted.
WITH answered AS NOT MATERIALIZED (
    SELECT participant_id, instrument, respondent, wave, answered_on, item, answer, submission_id, sheet, "row"
    FROM record.answer
    SEMI JOIN core.participant USING (participant_id)
    WHERE answer IS NOT NULL
),

repeated AS (
    SELECT participant_id, instrument, respondent, wave
    FROM answered
    GROUP BY ALL
    HAVING count(*) > count(DISTINCT item)
),

latest AS (
    SELECT answered.*
    FROM answered
    SEMI JOIN repeated USING (participant_id, instrument, respondent, wave)
    INNER JOIN record.submission USING (submission_id)
    QUALIFY row_number() OVER (
        PARTITION BY answered.participant_id, answered.instrument, answered.respondent, answered.wave, answered.item
        ORDER BY submission.sequence DESC, answered."row" DESC
    ) = 1
)

SELECT participant_id, instrument, respondent, wave, answered_on, item, answer, submission_id
FROM (
    SELECT * FROM answered
    ANTI JOIN repeated USING (participant_id, instrument, respondent, wave)
    UNION ALL
    SELECT * FROM latest
)
ORDER BY participant_id, instrument, respondent, wave, item
