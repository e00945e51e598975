-- A row: how many persons improved and worsened in an ICF chapter, or over all codes (level any), in one group of a
-- breakdown, from mart.icf_change. Barriers and facilitators (facilitator) are tabled apart.
CREATE OR REPLACE MACRO functioning_by(breakdown) AS TABLE
    SELECT
        i.evaluation, i.grp, group_label(i.population, i.grp) AS label, i.level, i.code, i.construct, i.facilitator,
        i.persons, i.improved, i.unchanged, i.worsened, i.mixed, i.share_improved, i.ci_low, i.ci_high, i.suppressed
    FROM mart.icf_change AS i
    WHERE i.population = breakdown AND i.level IN ('any', 'chapter')
    ORDER BY i.evaluation, i.grp, i.level, i.code, i.construct, i.facilitator
