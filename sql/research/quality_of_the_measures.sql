-- lv: Cik saskanīgi ir skalu jautājumi šajā izlasē, un cik atbilžu trūkst?
-- en: How well do the items of each scale hang together in this sample, and how many answers are missing?
SELECT
    r.evaluation, r.instrument, r.respondent, r.wave, r.scale, r.n, r.items, round(r.alpha, 2) AS alpha,
    round(r.alpha_low, 2) AS alpha_low, round(r.alpha_high, 2) AS alpha_high, round(r.omega, 2) AS omega,
    round(r.floor, 3) AS floor, round(r.ceiling, 3) AS ceiling, round(r.missing_share, 3) AS missing_share
FROM mart.reliability AS r
ORDER BY r.evaluation, r.instrument, r.respondent, r.scale, r.wave
