-- lv: Kā sievietes un vīrieši vērtē pārmaiņas dažādās dzīves jomās?
-- en: How do women and men rate the change in aspects of their lives?
SELECT
    evaluation, item, item_lv, item_en, grp AS sex, n, better, same, worse,
    round(share_better, 3) AS share_better, round(ci_low, 3) AS ci_low, round(ci_high, 3) AS ci_high
FROM rated_by('sex')
ORDER BY evaluation, item, sex
