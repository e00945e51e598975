-- lv: Cik personām katrā skalā kļuva labāk un cik – sliktāk, pēc katra sliekšņa veida?
-- en: How many persons improved and how many worsened on each scale, by each kind of threshold?
SELECT
    r.evaluation, r.instrument, r.respondent, r.scale, r.threshold_kind, round(r.threshold, 2) AS threshold,
    r.n_improved, r.n_unchanged, r.n_worsened, round(r.share_improved, 3) AS share_improved,
    round(r.ci_low, 3) AS ci_low, round(r.ci_high, 3) AS ci_high
FROM mart.responder AS r
WHERE r.population = 'all'
ORDER BY r.evaluation, r.instrument, r.respondent, r.scale, r.threshold_kind
