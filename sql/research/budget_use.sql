-- lv: Cik izlietots pret saskaņoto un indikatīvo summu, un cik personām virs saskaņotās?
-- en: How much was spent against the agreed and the indicative amount, and for how many persons more than agreed?
SELECT
    b.evaluation, b.population, group_label(b.population, b.grp) AS "group", b.persons, b.indicative_eur, b.agreed_eur,
    b.spent_eur, round(100 * b.agreed_of_indicative, 1) AS agreed_pct, round(100 * b.spent_of_agreed, 1) AS spent_pct,
    b.persons_over, b.rule_persons, b.rule_most_eur, b.persons_above_rule
FROM mart.budget_use AS b
ORDER BY b.evaluation, b.population, "group"
