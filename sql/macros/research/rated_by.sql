-- A row: how one group of a breakdown rated the change in one aspect of life, looking back, from mart.rated_change,
-- with the share better and its Wilson interval: rated_by('sex').
CREATE OR REPLACE MACRO rated_by(breakdown) AS TABLE
    SELECT
        r.evaluation, r.grp, group_label(r.population, r.grp) AS label, r.instrument, r.item,
        i.label_lv AS item_lv, i.label_en AS item_en,
        r.n, r.better, r.same, r.worse, r.share_better, r.ci_low, r.ci_high, r.net_balance, r.suppressed
    FROM mart.rated_change AS r
    LEFT JOIN meta.item AS i ON i.instrument = r.instrument AND i.item = r.item
    WHERE r.population = breakdown
    ORDER BY r.evaluation, r.grp, r.instrument, i.position
