-- A row: the change on one scale in one group of a breakdown: n, means and SDs before and after, the mean change with
-- its 95 % t interval, and d_z (mean change by the SD of the changes; Cohen 1988). Also for a measure, respondent or
-- breakdown that the plan does not evaluate. p-values of the plan's comparisons stand in mart.score_change.
-- breakdown: `all`, municipality, region, sex, age_band, … (core.population_member).
CREATE OR REPLACE MACRO paired_change_by(breakdown, measure, answered_by) AS TABLE
    SELECT
        evaluation, grp, group_label(breakdown, grp) AS label, scale, n,
        mean_pre, sd_pre, mean_post, sd_post, mean_change, sd_change,
        mean_change - t_quantile(n - 1, 0.975) * sd_change / sqrt(n) AS ci_low,
        mean_change + t_quantile(n - 1, 0.975) * sd_change / sqrt(n) AS ci_high,
        mean_change / nullif(sd_change, 0) AS d_z
    FROM (
        SELECT
            p.evaluation,
            p.grp,
            s.scale,
            count(*) AS n,
            -- Summed in the order of persons, so that the last digit is the same every time.
            avg(s.score_pre ORDER BY s.participant_id) AS mean_pre,
            stddev_samp(s.score_pre ORDER BY s.participant_id) AS sd_pre,
            avg(s.score_post ORDER BY s.participant_id) AS mean_post,
            stddev_samp(s.score_post ORDER BY s.participant_id) AS sd_post,
            avg(s.change ORDER BY s.participant_id) AS mean_change,
            stddev_samp(s.change ORDER BY s.participant_id) AS sd_change
        FROM paired_scores(measure, answered_by) AS s
        JOIN core.population_member AS p ON p.evaluation = s.evaluation AND p.participant_id = s.participant_id
        WHERE p.population = breakdown
        GROUP BY p.evaluation, p.grp, s.scale
    ) AS grouped
    ORDER BY evaluation, grp, scale
