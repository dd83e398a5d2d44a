"""Models as Mesa's `batch_run` wants them: made from plain parameters, stopping by themselves, collecting data."""

from __future__ import annotations

import os
import time
from functools import lru_cache
from typing import Any

import mesa

from benchmarks.plain_mesa import Block, Drawn, PlainModel, Reading
from sim.agents import WedgeModel
from sim.scenario import Scenario, load

SHARED = 100
"""Runs whose luck is dealt together where it is shared; as many as `sim.luck` deals at once."""


@lru_cache
def source(name: str) -> Scenario:
    """A scenario loaded once in each process."""
    return load(name)


@lru_cache
def reading(name: str) -> Reading:
    """What all runs of a scenario have in common, read once in each process."""
    return Reading(source(name))


@lru_cache(2)
def block(name: str, first: int) -> Block:
    """Runs whose luck is shared."""
    return Block(reading(name).scenario, first, SHARED, reading(name))


class BatchModel(PlainModel):
    """A run of a scenario; alignments are collected at every step.

    Luck is `dealt` (that of the ensemble, which is dealt 100 runs at a time, for this run alone),
    `shared` by 100 runs, or `own`, which NumPy's generator draws for this run as most models do.
    """

    def __init__(self, name: str, run: int, luck: str = "dealt") -> None:
        read = reading(name)
        source, steps = read.scenario, read.scenario.calendar.steps
        if luck == "shared":
            runs = block(name, run // SHARED * SHARED)
        else:
            numbers = Drawn(source.spec.seed, run, steps) if luck == "own" else None
            runs = Block(source, run, 1, read, numbers)
        super().__init__(source, run, runs)
        self.datacollector = mesa.DataCollector({"alignment": lambda model: model.now.alignment})

    def step(self) -> None:
        """A step, collected; the last one ends the run."""
        super().step()
        self.datacollector.collect(self)
        self.running = self.taken < self.calendar.steps


class DriverModel(WedgeModel):
    """Our Mesa model by the name of its scenario, since a loaded one cannot travel to other processes."""

    def __init__(self, name: str, run: int) -> None:
        super().__init__(source(name), run)


class Clocked:
    """Before a model: its data say in which process it ended, and when by the machine's clock."""

    def step(self: Any) -> None:
        """A step; the last one is noted at every step's place, where `batch_run` looks for it."""
        super().step()  # type: ignore[misc]
        if not self.running:
            ended = (os.getpid(), time.perf_counter())
            self.datacollector.model_vars["ended"] = [ended] * self.steps


class ClockedBatch(Clocked, BatchModel):
    """The plain model, clocked."""


class ClockedDriver(Clocked, DriverModel):
    """Our Mesa model, clocked."""
