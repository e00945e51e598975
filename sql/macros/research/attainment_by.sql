-- A row: how far the goals of one domain (or `total`) were attained in one group of a breakdown, from
-- mart.goal_attainment: attainment_by('municipality'). The interval takes persons as clusters of goals.
CREATE OR REPLACE MACRO attainment_by(breakdown) AS TABLE
    SELECT
        g.evaluation, g.grp, group_label(g.population, g.grp) AS label, g.domain, g.persons,
        g.goals, g.open, g.achieved, g.partly, g.not_achieved, g.degree, g.degree_pct, g.ci_low, g.ci_high,
        g.suppressed
    FROM mart.goal_attainment AS g
    WHERE g.population = breakdown
    ORDER BY g.evaluation, g.grp, g.domain
