-- Quantile of Student's t distribution from meta.t_quantile; between two listed degrees of freedom that of the fewer
-- (the interval is then a little wider, never narrower). degrees: whole, at least 1; probability: such as 0.975.
-- The table's columns are renamed within, so that an argument named `df` or `t` means the caller's.
CREATE OR REPLACE MACRO t_quantile(degrees, probability) AS
    (
        SELECT max_by(listed.listed_t, listed.listed_df)
        FROM (SELECT df AS listed_df, quantile AS listed_quantile, t AS listed_t FROM meta.t_quantile) AS listed
        WHERE listed.listed_df <= degrees AND listed.listed_quantile = probability
    )
