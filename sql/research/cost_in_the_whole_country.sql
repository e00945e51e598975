-- lv: Cik programma izmaksātu visā valstī, un no kā summa veidojas?
-- en: What would the programme cost in the whole country, and what does the sum consist of?
SELECT c.programme, c.variant, c.line, c.persons, c.eur_year, c.eur_month, c.source
FROM mart.programme_cost AS c
ORDER BY c.programme, c.variant, c.source, c.line
