-- lv: Kas un cik maksātu katrā finansēšanas variantā, un kurš variants ieguva visvairāk punktu?
-- en: Who would pay how much in each way of financing, and which way got the most points?
SELECT f.programme, f.variant, f.financing, f.bearer, round(100 * f.share) AS share_pct, f.eur_year, f.points, f.chosen
FROM mart.programme_financing AS f
ORDER BY f.programme, f.variant, f.points DESC, f.financing, f.bearer
