-- lv: Kā rādītāji mainās pa gadiem pašvaldībās pēc tagadējā iedalījuma (2021. gada reforma ņemta vērā)?
-- en: How do scores move over the years in the municipalities of today's division (following the reform of 2021)?
SELECT municipality_code, municipality, reporting_year, evaluation, wave, scale, n, round(mean, 2) AS mean
FROM level_series('beach_center_fqol', 'parent', current_date)
WHERE scale = 'total'
