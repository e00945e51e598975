"""The submissions of the two pilots: calibrated rows only, nothing wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.demonstration.goals import make_goals
from pipeline.demonstration.people import Person, make_people, people_frame
from pipeline.demonstration.providers import with_providers
from pipeline.demonstration.services import make_costs, make_services
from pipeline.demonstration.sheets import (
    BALTIC,
    PROGRAMME_OFFICE,
    SPREADSHEET_CSV,
    TABBED,
    WORKBOOK,
    Sheet,
    by_sender,
)
from pipeline.demonstration.targets import Pilot, Targets

# How these municipalities save their files; the others send plain CSV.
LAYOUTS = {
    "gulbenes-novads": SPREADSHEET_CSV,
    "ogres-novads": TABBED,
    "talsu-novads": WORKBOOK,
    "tukuma-novads": BALTIC,
}
# How these municipalities write their own name.
SPELLINGS = {"Talsu novads": "LV0880200", "Bauskas novads": "Bauskas nov."}


@dataclass(frozen=True)
class PilotData:
    """A pilot's people and what they and their municipalities sent."""

    evaluation: str
    pilot: Pilot
    people: list[Person]

    @property
    def senders(self) -> dict[str, str]:
        """participant_id -> folder of the municipality."""
        return {person.participant_id: person.sender for person in self.people}


def generator(seed: int, part: str) -> np.random.Generator:
    """Random numbers of one part: what another part draws doesn't move them."""
    return np.random.default_rng([seed, *part.encode()])


def pilot_data(evaluation: str, pilot: Pilot, seed: int) -> PilotData:
    """Make a pilot's people."""
    return PilotData(evaluation, pilot, make_people(pilot, generator(seed, f"{evaluation} people")))


def municipal_sheets(data: PilotData, targets: Targets, seed: int) -> list[Sheet]:
    """Participants, goals and services, a file each from each municipality, and the programme's costs."""
    pilot, people, name = data.pilot, data.people, data.evaluation
    offers = dict(targets.catalogue[pilot.target_group])
    registered = people_frame(people).with_columns(pl.col("municipality").replace(SPELLINGS))
    goals = make_goals(people, pilot, generator(seed, f"{name} goals"))
    services = make_services(people, pilot, offers, generator(seed, f"{name} services"))
    homes = {person.participant_id: person.municipality for person in people}
    providers = generator(seed, f"{name} providers")
    services = with_providers(services, homes, list(pilot.municipalities), providers)
    costs = make_costs(name, pilot, generator(seed, f"{name} costs"))
    end = pilot.service_months.names()[-1]
    return [
        *by_sender(registered, data.senders, f"participants-{pilot.year}", LAYOUTS),
        *by_sender(goals, data.senders, f"goals-{end}", LAYOUTS),
        *by_sender(services, data.senders, f"services-{end}", LAYOUTS),
        Sheet(PROGRAMME_OFFICE, f"costs-{end}", costs),
    ]
