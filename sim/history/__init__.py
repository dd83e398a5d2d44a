"""What was observed: yearly series with unit, source and caveat, and how each is to be read.

record.py          the tables, and the History made of them
series.csv         one row a series: unit, source, caveat; what latent quantity it indicates, and how
observations.csv   one row a year and series; adding years is adding rows
capability.csv     shares of world capability by state, which the model is given
sightings.csv      dated acts of states, with counts, that events of scenarios are held against
"""

from .record import FIRST_YEAR, History, Series, Sighting, Term, load

__all__ = ["FIRST_YEAR", "History", "Series", "Sighting", "Term", "load"]
