-- lv: Cik mēnesī izmaksā sabiedrībā balstītu pakalpojumu scenāriji, un no kā summa veidojas?
-- en: What do the scenarios of community services cost a month, and what does the sum consist of?
SELECT c.care_level, c.home, c.service, c.quantity, c.unit, c.price_eur, c.eur_month
FROM mart.community_service_cost AS c
ORDER BY c.care_level, c.home, c.service = 'total', c.service
