"""A country's seat: a person decides for one actor, date by date, and sees what would have come of rules instead.

A game is who sits where and on which luck; it keeps nothing. Everything follows from the game and the
choices so far: the position they lead to, the scenario they make, and the score. The choices become the
policy `schedule` of a scenario, so that nothing here computes the model.

    game.py      `Game` and `seated`: the seat, its dates of decision, and what a choice may be
    course.py    the choices as a scenario, and as a file
    position.py  `played`: how things stand at the next date of decision; nothing later is computed
    news.py      what has happened since the last decision, in words
    rivals.py    the policies that the same seat could have been left to
    aims.py      which way of an outcome is better for an actor, where that is plain
    score.py     `score`: the outcomes of the choices against those of each policy, on equal luck
"""

from .aims import Aim, aim
from .course import as_yaml, course
from .game import Choices, Game, seated
from .news import Conduct, News
from .position import Position, played
from .rivals import Rival, rivals
from .score import Against, Score, Standing, score

__all__ = [
    "Against",
    "Aim",
    "Choices",
    "Conduct",
    "Game",
    "News",
    "Position",
    "Rival",
    "Score",
    "Standing",
    "aim",
    "as_yaml",
    "course",
    "played",
    "rivals",
    "score",
    "seated",
]
