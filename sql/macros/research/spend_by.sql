-- A row: what one group of a breakdown had of one group of services, and in all (`total`), from mart.service_spend:
-- spend_by('region'). Money is exact; eur_per_participant_month uses the plan's months.
CREATE OR REPLACE MACRO spend_by(breakdown) AS TABLE
    SELECT
        s.evaluation, s.grp, group_label(s.population, s.grp) AS label, s.service_group, s.participants, s.eur,
        s.eur_per_participant, s.eur_per_participant_month, s.share_eur, s.suppressed
    FROM mart.service_spend AS s
    WHERE s.population = breakdown AND s.service = 'all'
    ORDER BY s.evaluation, s.grp, s.service_group
