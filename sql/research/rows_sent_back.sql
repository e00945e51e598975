-- lv: Kādu iemeslu dēļ iesniegtās rindas netika pieņemtas?
-- en: For which reasons were rows that were sent in not accepted?
SELECT s.kind, r.rule, count(DISTINCT (r.submission_id, r.sheet, r.row)) AS rows
FROM meta.rejected_row AS r
JOIN meta.submission AS s ON s.submission_id = r.submission_id
GROUP BY s.kind, r.rule
ORDER BY rows DESC, s.kind, r.rule
