"""Figures: a frozen description in, an SVG out. The same description gives the same bytes, and is drawn once.

A description holds words that are ready to print (labels, formatted numbers) and the numbers that place them.
"""

from reports.figures.bars import DivergingBars, SingleBars, StackedBars
from reports.figures.changes import Arrow, ArrowPanel, Arrows, Interval, Intervals
from reports.figures.estimates import EstimatePanel, Estimates, Funnel, FunnelPoint
from reports.figures.flow_diagram import FlowBlock, FlowDiagram, FlowLine
from reports.figures.flows import Alluvial, DosePanel, DosePoint, Doses
from reports.figures.heat import HeatColumn, HeatMap
from reports.figures.persons import PersonMark, PersonPanel, Persons
from reports.figures.rungs import Rungs
from reports.figures.tens import Tens, in_ten
from reports.figures.tiles import Tile, TileMap

__all__ = [
    "Alluvial",
    "Arrow",
    "ArrowPanel",
    "Arrows",
    "DivergingBars",
    "DosePanel",
    "DosePoint",
    "Doses",
    "EstimatePanel",
    "Estimates",
    "FlowBlock",
    "FlowDiagram",
    "FlowLine",
    "Funnel",
    "FunnelPoint",
    "HeatColumn",
    "HeatMap",
    "Interval",
    "Intervals",
    "PersonMark",
    "PersonPanel",
    "Persons",
    "Rungs",
    "SingleBars",
    "StackedBars",
    "Tens",
    "Tile",
    "TileMap",
    "in_ten",
]
