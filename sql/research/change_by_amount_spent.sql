-- lv: Kā mainījās personas, kurām izlietots mazāk un kurām vairāk? Vairāk saņem tie, kam grūtāk.
-- en: How did those change for whom less and for whom more was spent? The more impaired receive more.
SELECT
    d.evaluation, d.instrument, d.respondent, d.scale, d.dose_group, d.n, d.dose_eur, round(d.mean_pre, 2) AS mean_pre,
    round(d.mean_change, 2) AS mean_change, round(d.ci_low, 2) AS ci_low, round(d.ci_high, 2) AS ci_high,
    round(d.rank_correlation, 2) AS rank_correlation
FROM mart.dose_change AS d
ORDER BY d.evaluation, d.instrument, d.respondent, d.scale, d.dose_group
