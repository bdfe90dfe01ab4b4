"""How a record of the work proves the task it belongs to, without anyone entering it twice."""

from collections.abc import Iterator

from hubpost.model.records.change import Change, Rules, change_record
from hubpost.model.records.periods import period_of, split_cadence
from hubpost.model.records.record import Record
from hubpost.model.records.task import TASK_KIND, Evidence, Task
from hubpost.storage.records.reading import find_record
from hubpost.storage.records.writing import Written, save_record
from hubpost.storage.transaction import Tx


def task_id_of(template: str, period: str, station_id: str, owner_id: str) -> str:
    """The id of the one task of a template, period, station and, where it has one, owner."""
    return f"task:{template}:{period}:{station_id}" + (f":{owner_id}" if owner_id else "")


def prove_tasks(
    tx: Tx, rules: Rules, kind: str, proof: Record, move: str, *, opened: bool
) -> list[Task]:
    """Note a record as evidence with the tasks it proves; those it completes are completed."""
    if kind == TASK_KIND.name or "task_evidence" not in rules.lists:
        return []
    day = proof.opened_at.astimezone(rules.zone).date()
    proved = []
    for template, cadences in _matching(rules, kind, proof.category, move, opened):
        for cadence in cadences:
            period = period_of(cadence, day).name
            for owner in dict.fromkeys((proof.owner_id, "")):
                task_id = task_id_of(template, period, proof.station_id, owner)
                task = find_record(tx.conn, TASK_KIND, task_id)
                if isinstance(task, Task) and task.state in ("open", "missed"):
                    proved.append(
                        _prove(tx, rules, task, Evidence(kind, proof.id, proof.opened_at))
                    )
    return proved


def _prove(tx: Tx, rules: Rules, task: Task, evidence: Evidence) -> Task:
    task = _move(tx, rules, task, Change("prove", tx.now, tx.actor, add={"evidence": (evidence,)}))
    if task.progress(rules) >= task.target:
        task = _move(tx, rules, task, Change("complete", tx.now, tx.actor))
    return task


def _move(tx: Tx, rules: Rules, task: Task, change: Change) -> Task:
    after = change_record(TASK_KIND, task, change, rules)
    written = Written(task, after, change.move, change.at)
    save_record(tx.conn, TASK_KIND, written, actor=tx.actor, now=tx.now)
    tx.audit(f"task.{change.move}", after.id, {"version": after.version})
    assert isinstance(after, Task)  # noqa: S101 - the kind's own type
    return after


def _matching(
    rules: Rules, kind: str, category: str, move: str, opened: bool
) -> Iterator[tuple[str, tuple[str, ...]]]:
    cadences = _cadences(rules)
    for row in rules.lists["task_evidence"]:
        by_move = row["move"] == move if row["move"] else opened
        if row["kind"] == kind and by_move and row["category"] in ("", category):
            yield row["task"], cadences.get(row["task"], ())


def _cadences(rules: Rules) -> dict[str, tuple[str, ...]]:
    found = {f"common.{r['no']}": split_cadence(r["cadence"]) for r in rules.lists["common_tasks"]}
    counts: dict[str, int] = {}
    for row in rules.lists["special_tasks"]:
        scope = row["station_type"]
        counts[scope] = counts.get(scope, 0) + 1
        found[f"{scope}.{counts[scope]}"] = split_cadence(row["cadence"])
    return found
