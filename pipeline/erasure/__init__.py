"""Erasing a person: from received files, databases, releases, what was sent back, and the history of runs."""


class ErasureError(Exception):
    """Something of a person can't be erased: says where, why, and what to do."""
