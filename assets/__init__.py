"""What runs when: the Dagster graph and the command line."""

import os
import warnings

# The matrices here are small: threads inside BLAS cost more than they give. Read at numpy's first import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Dagster announces this parameter as beta whenever it is used; one run for all evaluations needs it.
warnings.filterwarnings("ignore", message=r"Parameter `backfill_policy` of function `asset`")
