"""A random programme of people with the marts that this test computes from them, and its plan."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from pipeline.plan import Disclosure, Evaluation, Plan, Text, Wave

GROUPINGS = ("municipality", "region", "sex", "age_band")
SERVICES = {"therapy": "health", "massage": "health", "escort": "social", "school": "education"}
STATUSES = ("part_time", "casual_full_time", "in_education", "not_employed")
EVALUATION = "trial"
CROSSED: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("region", "sex"),),
    (("municipality", "sex"), ("sex", "age_band")),
    (("municipality", "sex"), ("region", "sex"), ("region", "age_band")),
)
"""The two-way breakdowns of a programme, in turn."""


def in_group(people: pl.DataFrame, population: str, grp: str) -> pl.DataFrame:
    """The people of a group; a value that is not known is None in words."""
    if population == "all":
        return people
    names, values = population.split("_by_"), grp.split(" | ")
    return people.filter(
        pl.col(name).fill_null("None") == value for name, value in zip(names, values, strict=True)
    )


def plan(**limits: Any) -> Plan:
    window = Wave.model_validate({"from": dt.date(2019, 1, 1), "to": dt.date(2019, 2, 1)})
    evaluation = Evaluation(
        id=EVALUATION,
        title=Text(lv="Izmēģinājums", en="Trial"),
        waves={"before": window, "after": window},
        pre="before",
        post="after",
        months=12,
        reporting_year=2019,
        breakdowns=("municipality", "region", "sex", "age_band"),
    )
    return Plan(disclosure=Disclosure(**limits), evaluations=(evaluation,))


def register(regions: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"municipality_code": list(regions), "planning_region": list(regions.values())})


class Programme:
    """People with a municipality (in a region), sex and age band, two scores, a rating, work, services."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        places = [f"m{i}" for i in range(int(random.integers(2, 9)))]
        self.regions = {place: f"r{random.integers(1, 4)}" for place in places}
        self.size = int(random.integers(8, 110))
        weights = random.dirichlet(np.full(len(places), 0.8))
        municipality = random.choice(places, self.size, p=weights).tolist()
        sex = random.choice(["f", "m", ""], self.size, p=[0.55, 0.42, 0.03]).tolist()
        self.people = pl.DataFrame(
            {
                "person": range(self.size),
                "municipality": municipality,
                "region": [self.regions[place] for place in municipality],
                "sex": [value or None for value in sex],
                "age_band": random.choice(["young", "middle", "old"], self.size, p=[0.6, 0.3, 0.1]),
                "before": random.normal(45, 10, self.size),
                "after": random.normal(48, 10, self.size),
                "asked_after": random.random(self.size) < 0.93,
                "rating": random.choice(["better", "same", "worse"], self.size, p=[0.6, 0.3, 0.1]),
                "was": random.choice(STATUSES, self.size, p=[0.1, 0.1, 0.2, 0.6]),
                "is": random.choice(STATUSES, self.size, p=[0.2, 0.1, 0.2, 0.5]),
            },
            schema_overrides={"sex": pl.String()},
        )
        self.crossed = CROSSED[seed % len(CROSSED)]
        self.spent = self._spent(random)
        if self.crossed:
            known = pl.Series(random.random(self.size) < 0.95)
            self.people = self.people.with_columns(age_band=pl.when(known).then("age_band"))

    def _spent(self, random: np.random.Generator) -> pl.DataFrame:
        rows = [
            (person, SERVICES[service], service, round(float(random.gamma(1.0, 400.0)) + 1, 2))
            for person in range(self.size)
            for service, chance in zip(SERVICES, (0.8, 0.1, 0.5, 0.3), strict=True)
            if random.random() < chance
        ]
        return pl.DataFrame(rows, schema=["person", "service_group", "service", "eur"], orient="row")

    def with_people(self, people: pl.DataFrame) -> Programme:
        """The programme as it would be with other people, or other data of the same."""
        other = copy.copy(self)
        other.people = people
        other.spent = self.spent.join(people.select("person"), on="person", how="semi", maintain_order="left")
        return other

    def facts(self) -> dict[str, pl.DataFrame]:
        """The tables of core that the marts are made of, as far as comparing releases needs them."""
        person = pl.col("person").cast(pl.String).alias("participant_id")
        days = {"first_day": dt.date(2019, 1, 1), "last_day": dt.date(2019, 12, 31)}
        evaluation = pl.lit(EVALUATION).alias("evaluation")
        member = self.people.select(evaluation, person, **{name: pl.lit(day) for name, day in days.items()})
        scale = {"instrument": "measure", "respondent": "self", "scale": "total", "scored": True}
        fixed = [pl.lit(value).alias(name) for name, value in scale.items()]
        scores = [
            rows.select(person, *fixed, wave=pl.lit(wave), score=wave)
            for wave, rows in (("before", self.people), ("after", self.people.filter("asked_after")))
        ]
        work = [
            self.people.select(person, wave=pl.lit(w), status=c)
            for w, c in (("before", "was"), ("after", "is"))
        ]
        return {
            "meta.evaluation": pl.DataFrame(
                {"evaluation": [EVALUATION], "pre": ["before"], "post": ["after"]}
            ),
            "core.evaluation_member": member,
            "core.population_member": self.members().select(evaluation, "population", "grp", person),
            "core.score": pl.concat(scores),
            "core.response": self.people.select(
                person,
                instrument=pl.lit("ratings"),
                item=pl.lit("life"),
                wave=pl.lit("after"),
                answer="rating",
            ),
            "core.employment": pl.concat(work),
            "core.service": self.spent.select(
                person, "service_group", "service", "eur", month=dt.date(2019, 3, 1), units=pl.lit(1.0)
            ),
        }

    def members(self) -> pl.DataFrame:
        """population, grp, person."""
        everybody = self.people.select(population=pl.lit("all"), grp=pl.lit("all"), person="person")
        groups = [
            self.people.filter(pl.col(name).is_not_null()).select(
                population=pl.lit(name), grp=name, person="person"
            )
            for name in GROUPINGS
        ]
        for one, other in self.crossed:
            value = pl.format("{} | {}", one, other)
            both = self.people.filter(pl.col(one).is_not_null() & pl.col(other).is_not_null())
            groups.append(both.select(population=pl.lit(f"{one}_by_{other}"), grp=value, person="person"))
        return pl.concat([everybody, *groups])

    def by_group(self, facts: pl.DataFrame, *by: str) -> Sequence[tuple[dict[str, str], pl.DataFrame]]:
        """Key and facts of each group of each breakdown, further by columns."""
        joined = self.members().join(facts, on="person")
        key = ("population", "grp", *by)
        found = joined.group_by(key, maintain_order=True)
        return [
            ({"evaluation": EVALUATION, **dict(zip(key, values, strict=True))}, cell)
            for values, cell in found
        ]

    def marts(self) -> dict[str, pl.DataFrame]:
        return {
            "mart.score_change": self.score_change(),
            "mart.score_level": self.score_level(),
            "mart.responder": self.responder(),
            "mart.rated_change": self.rated_change(),
            "mart.employment_change": self.employment(),
            "mart.service_spend": self.service_spend(),
        }

    def _changes(self) -> list[tuple[dict[str, str], np.ndarray, np.ndarray]]:
        scale = {"instrument": "measure", "respondent": "self", "scale": "total"}
        paired = self.people.filter("asked_after").select("person", "before", "after")
        return [
            ({**key, **scale}, cell["before"].to_numpy(), cell["after"].to_numpy())
            for key, cell in self.by_group(paired)
        ]

    def score_change(self) -> pl.DataFrame:
        return pl.DataFrame(
            [
                {
                    **key,
                    "wave_pre": "before",
                    "wave_post": "after",
                    "n_pairs": len(before),
                    "mean_pre": before.mean(),
                    "mean_post": after.mean(),
                    "mean_change": (after - before).mean(),
                    **who_changed(after - before, 5.0),
                    "threshold": 5.0,
                    "threshold_kind": "mid",
                    "suppressed": False,
                    "reason": None,
                }
                for key, before, after in self._changes()
            ],
            schema_overrides={"reason": pl.String()},
        )

    def responder(self) -> pl.DataFrame:
        return pl.DataFrame(
            [
                {
                    **key,
                    "threshold_kind": kind,
                    "threshold": threshold,
                    **who_changed(after - before, threshold),
                    "share_improved": float((after - before >= threshold).mean()),
                    "suppressed": False,
                }
                for key, before, after in self._changes()
                for kind, threshold in (("mid", 5.0), ("half_sd", 9.0))
            ]
        )

    def score_level(self) -> pl.DataFrame:
        scale = {"instrument": "measure", "respondent": "self", "scale": "total"}
        rows = [
            {
                **key,
                **scale,
                "wave": wave,
                "n": cell.height,
                "mean": cell[wave].mean(),
                "floor": None,
                "ceiling": None,
                "below_norm": float(np.mean(cell[wave].to_numpy() < 40)),
                "suppressed": False,
                "reason": None,
            }
            for wave, scored in (("before", self.people), ("after", self.people.filter("asked_after")))
            for key, cell in self.by_group(scored.select("person", wave))
        ]
        return pl.DataFrame(rows, schema_overrides={"reason": pl.String()})

    def rated_change(self) -> pl.DataFrame:
        rows = []
        for key, cell in self.by_group(self.people.select("person", "rating")):
            counts = {name: int((cell["rating"] == name).sum()) for name in ("better", "same", "worse")}
            rows.append(
                {
                    **key,
                    "instrument": "ratings",
                    "item": "life",
                    "n": cell.height,
                    **counts,
                    "not_applicable": 0,
                    "share_better": counts["better"] / cell.height,
                    "net_balance": (counts["better"] - counts["worse"]) / cell.height,
                    "suppressed": False,
                }
            )
        return pl.DataFrame(rows)

    def employment(self) -> pl.DataFrame:
        rows = []
        working = STATUSES[:2]
        for key, cell in self.by_group(self.people.select("person", "was", "is")):
            for status in (*STATUSES, "employed"):
                of_status = list(working) if status == "employed" else [status]
                was, now = cell["was"].is_in(of_status), cell["is"].is_in(of_status)
                moves = {"gained": int((now & ~was).sum()), "lost": int((was & ~now).sum())}
                counts = {"before": int(was.sum()), "during": int(now.sum()), **moves}
                rows.append({**key, "status": status, **counts, "suppressed": False})
        return pl.DataFrame(rows)

    def service_spend(self) -> pl.DataFrame:
        levels = (
            self.spent,
            self.spent.with_columns(service=pl.lit("all")),
            self.spent.with_columns(service=pl.lit("all"), service_group=pl.lit("total")),
        )
        return pl.DataFrame(
            [
                {
                    **key,
                    "eur": round(float(cell["eur"].sum()), 2),
                    "participants": cell["person"].n_unique(),
                    "suppressed": False,
                }
                for spent in levels
                for key, cell in self.by_group(spent, "service_group", "service")
            ]
        )


def who_changed(change: np.ndarray, threshold: float) -> dict[str, int]:
    improved, worsened = int((change >= threshold).sum()), int((change <= -threshold).sum())
    return {
        "n_improved": improved,
        "n_unchanged": len(change) - improved - worsened,
        "n_worsened": worsened,
    }
