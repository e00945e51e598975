-- A row: the change on one scale of a measure in one evaluation, of everybody scored before and after:
-- paired_change('kidscreen52', 'self'). The columns are those of paired_change_by.
CREATE OR REPLACE MACRO paired_change(measure, answered_by) AS TABLE
    SELECT * EXCLUDE (grp, label) FROM paired_change_by('all', measure, answered_by)
