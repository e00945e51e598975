-- lv: Kurās SFK nodaļās funkcionēšana uzlabojās un kurās pasliktinājās?
-- en: In which ICF chapters did functioning improve, and in which did it worsen?
SELECT
    f.evaluation, f.level, f.code, i.label_lv, i.label_en, f.construct, f.facilitator, f.persons,
    f.improved, f.worsened, f.mixed, round(f.share_improved, 3) AS share_improved,
    round(f.ci_low, 3) AS ci_low, round(f.ci_high, 3) AS ci_high
FROM functioning_by('all') AS f
LEFT JOIN meta.item AS i ON i.instrument = 'icf' AND i.item = f.code
ORDER BY f.evaluation, f.level, f.code, f.construct, f.facilitator
