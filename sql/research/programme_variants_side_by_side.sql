-- lv: Cik programma izmaksātu visā valstī katrā variantā, rindu pa rindai?
-- en: What would the programme cost in the whole country in each variant, line by line?
SELECT
    c.programme, c.line,
    max(c.persons) FILTER (c.variant = 'variant_1') AS persons_1, max(c.eur_year) FILTER (c.variant = 'variant_1') AS eur_year_1,
    max(c.persons) FILTER (c.variant = 'variant_2') AS persons_2, max(c.eur_year) FILTER (c.variant = 'variant_2') AS eur_year_2
FROM mart.programme_cost AS c
GROUP BY c.programme, c.line
ORDER BY c.programme, c.line
