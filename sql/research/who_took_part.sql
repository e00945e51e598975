-- lv: Cik personu katrā posmā uzaicināts, cik atbildēja, cik ir abos mērījumos?
-- en: How many persons were asked at each wave, how many answered, how many are paired?
SELECT
    evaluation, instrument, respondent, wave, eligible, asked, answered, scored, paired,
    round(share_answered, 3) AS share_answered
FROM flow_by('all')
