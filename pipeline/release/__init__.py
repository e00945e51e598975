"""A release: built beside, checked, then renamed into place; a reader sees the old one or the new one."""
