"""What the page keeps, so that going back costs nothing: found again by a key, however often it is made."""

from __future__ import annotations


class Keyed:
    """Equal to another of its kind with the same key, so that a cache finds it."""

    key: str

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.key == other.key
