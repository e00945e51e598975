"""The demonstration home: synthetic people whose figures come out at those the ministry published.

`targets.yaml` holds the figures; the modules make people, goals, services and answers that add up to them,
and files with the mess of real data around them. Nothing here writes a mart: the pipeline computes it all.
"""

from pipeline.demonstration.demonstration import SEED, DemonstrationError, write_demonstration

__all__ = ["SEED", "DemonstrationError", "write_demonstration"]
