"""Where services were had: mostly at home, now and then in another municipality, sometimes not said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

SHARE_ELSEWHERE, SHARE_NOT_SAID = 0.18, 0.04


def with_providers(
    services: pl.DataFrame, homes: Mapping[str, str], places: Sequence[str], rng: np.random.Generator
) -> pl.DataFrame:
    """The services with `provider_municipality`: the same for all months of a person's service.

    homes: participant_id -> municipality; places: where providers are.
    """
    pairs = services.select("participant_id", "service").unique(maintain_order=True)
    providers = [_provider(homes[person], places, rng) for person, _ in pairs.iter_rows()]
    named = pairs.with_columns(pl.Series("provider_municipality", providers, dtype=pl.String))
    return services.join(named, on=["participant_id", "service"], how="left", maintain_order="left")


def _provider(home: str, places: Sequence[str], rng: np.random.Generator) -> str | None:
    drawn = rng.random()
    others = [place for place in places if place != home]
    elsewhere = others[int(rng.integers(len(others)))]
    if drawn < SHARE_NOT_SAID:
        return None
    return elsewhere if drawn < SHARE_NOT_SAID + SHARE_ELSEWHERE else home
