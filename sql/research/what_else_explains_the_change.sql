-- lv: Kas no galveno rezultātu pārmaiņām paliek pēc citiem iespējamiem izskaidrojumiem?
-- en: What do other explanations leave of the headline changes?
SELECT
    a.evaluation, a.instrument, a.respondent, a.scale, a.rung, a.assumption,
    round(a.change, 2) AS change, round(a.ci_low, 2) AS ci_low, round(a.ci_high, 2) AS ci_high,
    round(a.break_even, 2) AS break_even, a.reason
FROM mart.attribution AS a
WHERE a.population = 'all'
ORDER BY a.evaluation, a.instrument, a.respondent, a.scale, a.rung, a.assumption
