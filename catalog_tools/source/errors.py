"""What is wrong with a source, with the file and the line where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source without its indentation."""

    file: str
    number: int
    text: str

    def error(self, message: str) -> SourceError:
        """Return the error that this line is wrong."""
        return SourceError(self, message)


class SourceError(Exception):
    """A line the generator can't use, and what to write instead."""

    def __init__(self, line: Line, message: str) -> None:
        """Keep the place and the message."""
        super().__init__(f"{line.file}:{line.number}: {message}")


class SourceFlawsError(Exception):
    """Everything wrong with one source."""

    def __init__(self, errors: list[SourceError]) -> None:
        """Keep the errors in the order in which they were found."""
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


@dataclass(slots=True)
class Problems:
    """Gathers errors, so that a writer sees all of them at once."""

    errors: list[SourceError] = field(default_factory=list)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Keep an error of the block inside and go on after it."""
        try:
            yield
        except SourceError as error:
            self.errors.append(error)
        except SourceFlawsError as errors:
            self.errors += errors.errors

    def finish(self) -> None:
        """Raise what was gathered. Raises SourceFlawsError."""
        if self.errors:
            raise SourceFlawsError(self.errors)


def read_each(items: Iterable[Item], read: Callable[[Item], None]) -> None:
    """Read every item, also behind one that is wrong. Raises SourceFlawsError with all that was wrong."""
    problems = Problems()
    for item in items:
        with problems.gathered():
            read(item)
    problems.finish()
