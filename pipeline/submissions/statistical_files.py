"""Files of statistical programs: SPSS (.sav), and Parquet. Their cells are typed; here they become texts."""

from __future__ import annotations

import io
from collections.abc import Mapping

import polars as pl

from pipeline.submissions.text_files import ReadingError
from pipeline.submissions.wording import TOO_LARGE

MOST_CELLS = 200_000_000
LARGEST_UNPACKED = 2_000_000_000
Labels = dict[str, dict[str, str]]


def read_sav(content: bytes) -> tuple[pl.DataFrame, Labels]:
    """Return an SPSS file's cells as texts, its variables' names as the first row; and its value labels.

    A value that the file declares missing is an empty cell. Labels: by variable, from the value's text to its
    label. Raises ReadingError when the file is too large; else whatever the library raises.
    """
    import pyreadstat  # only needed where such a file comes

    _, head = pyreadstat.read_sav(io.BytesIO(content), metadataonly=True, output_format="polars")
    width = sum((head.variable_storage_width or {}).values())
    rows = max(head.number_rows or 0, 0)
    if rows * len(head.column_names) > MOST_CELLS or rows * width > LARGEST_UNPACKED:
        raise ReadingError(TOO_LARGE)
    frame, meta = pyreadstat.read_sav(io.BytesIO(content), output_format="polars")
    return _with_names(frame), _label_texts(meta.variable_value_labels)


def read_parquet(content: bytes) -> pl.DataFrame:
    """Return a Parquet file's cells as texts, its column names as the first row. Raises as `read_sav`."""
    import pyarrow.parquet as pq

    meta = pq.read_metadata(io.BytesIO(content))
    unpacked = sum(meta.row_group(place).total_byte_size for place in range(meta.num_row_groups))
    if meta.num_rows * meta.num_columns > MOST_CELLS or unpacked > LARGEST_UNPACKED:
        raise ReadingError(TOO_LARGE)
    return _with_names(pl.read_parquet(io.BytesIO(content)))


def _with_names(frame: pl.DataFrame) -> pl.DataFrame:
    columns = [_as_text(frame[name]).alias(f"column_{place}") for place, name in enumerate(frame.columns)]
    header = pl.DataFrame({f"column_{place}": [name] for place, name in enumerate(frame.columns)})
    return pl.concat([header, pl.DataFrame(columns)]) if columns else header


def _as_text(values: pl.Series) -> pl.Series:
    """Return typed values as texts; whole floats without a decimal point, as people write them."""
    if values.dtype.is_float():
        values = values.fill_nan(None)
    if values.dtype == pl.Object:
        values = pl.Series(values.name, [None if v is None else str(v) for v in values], dtype=pl.String)
    texts = values.cast(pl.String)
    return texts.str.replace(r"\.0$", "") if values.dtype.is_float() else texts


def _label_texts(labels: Mapping[str, dict[float | int, str]]) -> Labels:
    """Return value labels by the text that the value becomes."""
    return {
        variable: {
            str(int(value)) if isinstance(value, float) and value.is_integer() else str(value): label
            for value, label in by_value.items()
        }
        for variable, by_value in labels.items()
    }
