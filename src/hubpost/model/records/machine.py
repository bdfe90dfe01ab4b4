"""State machines of records: one table each, and nothing moves that is not in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from hubpost.model.refused import Refused

#: The state before there is a record.
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Move:
    """What may be done to a record, in which states, and where it leads.

    sources: states it is permitted in; (NOTHING,) for the move that opens the record.
    target: the state it leads to; None leaves the state as it is.
    needs: fields that must be filled once the move is made.
    """

    name: str
    zh: str
    sources: tuple[str, ...]
    target: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """The one table of a kind of record; states by name, with their Chinese names."""

    kind: str
    zh: str
    states: Mapping[str, str]
    moves: tuple[Move, ...]

    def find_move(self, name: str) -> Move | None:
        """The move of this name, or None."""
        return next((m for m in self.moves if m.name == name), None)

    def list_moves(self, state: str) -> tuple[Move, ...]:
        """The moves permitted in a state."""
        return tuple(m for m in self.moves if state in m.sources)

    def get_move(self, state: str, name: str) -> Move:
        """The move, permitted in this state. Raises Refused with what is permitted instead."""
        move = self.find_move(name)
        if move is None or state not in move.sources:
            allowed = ", ".join(m.name for m in self.list_moves(state)) or "nothing"
            raise Refused(
                "move_not_permitted",
                f"A {self.kind} that is {state or 'not there yet'} cannot {name}. "
                f"Permitted now: {allowed}.",
                kind=self.kind,
                state=state,
                move=name,
                allowed=allowed,
            )
        return move

    @property
    def final_states(self) -> tuple[str, ...]:
        """States that no move leaves."""
        leaving = {s for m in self.moves if m.target is not None for s in m.sources}
        return tuple(s for s in self.states if s not in leaving)


def draw_machine(machine: Machine) -> str:
    """The table as a Mermaid state diagram, with the moves that leave the state below it."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {name}: {zh} {name}" for name, zh in machine.states.items()]
    for move in machine.moves:
        for source in move.sources:
            if move.target is not None:
                arrow = f"{source or '[*]'} --> {move.target}"
                lines.append(f"    {arrow}: {move.zh}")
    lines += [f"    {state} --> [*]" for state in machine.final_states]
    lines.append("```")
    return "\n".join([*lines, *_staying(machine)])


def _staying(machine: Machine) -> list[str]:
    rows = [
        f"| {m.zh} `{m.name}` | {', '.join(machine.states[s] for s in m.sources)} |"
        for m in machine.moves
        if m.target is None
    ]
    head = ["", "| Leaves the state as it is | permitted when |", "| --- | --- |"]
    return [*head, *rows] if rows else []
