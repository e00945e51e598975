-- Upper limit of Wilson's 95 % score interval (Wilson 1927) of a share: k persons of n. Null when n is 0.
-- 1.959963984540054 is the 97.5 % quantile of the normal distribution.
CREATE OR REPLACE MACRO wilson_high(k, n) AS
    CASE
        WHEN n = 0 THEN NULL
        WHEN k = n THEN 1.0
        ELSE least(
            1.0,
            (
                k / n + pow(1.959963984540054, 2) / (2 * n)
                + 1.959963984540054 * sqrt(k / n * (1 - k / n) / n + pow(1.959963984540054 / (2 * n), 2))
            ) / (1 + pow(1.959963984540054, 2) / n)
        )
    END
