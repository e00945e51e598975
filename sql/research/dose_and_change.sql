-- lv: Cik saņēma un cik mainījās katra persona? Saistība nav cēlonis: vairāk saņem tie, kam grūtāk.
-- en: How much did each person receive and change? An association is no cause: the more impaired receive more.
WITH spent AS (
    SELECT m.evaluation, m.participant_id, sum(s.eur) AS eur
    FROM core.service AS s
    JOIN core.evaluation_member AS m ON m.participant_id = s.participant_id
    WHERE s.month BETWEEN date_trunc('month', m.first_day) AND m.last_day
    GROUP BY m.evaluation, m.participant_id
)
SELECT
    c.evaluation, c.scale, count(*) AS persons, round(avg(spent.eur), 2) AS mean_eur,
    round(avg(c.change), 2) AS mean_change, round(corr(CAST(spent.eur AS DOUBLE), c.change), 3) AS correlation
FROM paired_scores('kidscreen52', 'self') AS c
JOIN spent ON spent.evaluation = c.evaluation AND spent.participant_id = c.participant_id
GROUP BY c.evaluation, c.scale
ORDER BY c.evaluation, c.scale
