-- Money divided exactly: amount / divisor with four decimals, cut off (not rounded) after the fourth.
-- DuckDB's `/` turns decimals into floats, so this divides whole numbers (ten-thousandths) instead.
-- It cuts off because a figure is rounded later, half up, to the decimals it is printed with: rounding twice would
-- lift 0.00496 to 0.0050 and then to 0.01, while a cut never crosses such a bound (x.xx5 has three decimals).
-- amount: euro to the cent. divisor: a count, or units with up to four decimals. Null when either is null or
-- the divisor is 0.
CREATE OR REPLACE MACRO exact_quotient(amount, divisor) AS
    CASE WHEN divisor <> 0 THEN
        CAST(
            CAST(
                CAST(CAST(amount AS DECIMAL(38, 2)) * 100 AS HUGEINT) * 1000000
                // CAST(CAST(divisor AS DECIMAL(38, 4)) * 10000 AS HUGEINT)
                AS DECIMAL(30, 0)
            ) * CAST(0.0001 AS DECIMAL(4, 4))
            AS DECIMAL(18, 4)
        )
    END
