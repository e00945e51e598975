-- lv: Cik tērēts katrai pakalpojumu grupai, kopā un vidēji uz personu mēnesī?
-- en: How much was spent on each group of services, in all and by person and month?
SELECT
    evaluation, service_group, participants, eur, eur_per_participant, eur_per_participant_month,
    round(share_eur, 3) AS share_eur
FROM spend_by('all')
ORDER BY evaluation, eur DESC
