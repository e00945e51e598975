"""The sections of a report: each turns rows of the marts into tables, figures and sentences' values."""
