"""The two pages as Markdown: level 3 of 等保, and the impact assessment of PIPL Art. 55 and 56."""

from hubpost.reporting.protection.controls import CONTROLS, Control, Standing
from hubpost.reporting.protection.facts import PersonalColumn, ProtectionFacts

_MADE = (
    "<!-- Written by scripts/update_protection.py from the program's own tables; "
    "do not edit. For a county's settings: hubpost protection. -->"
)
#: Kinds of data by table: whose it is, what for, on which ground, and who receives it.
_PROCESSING = (
    ("Callers and what they tell", "call, event, snapshot, decision",
     "answering and evaluating calls", "statutory duty (PIPL Art. 13(1)(3); 人民警察法 Art. 21)",
     "command room and crews; no partner sees caller or note"),
    ("Pictures from the scene", "photo", "directing a call, the case",
     "statutory duty", "command room, for a purpose each time"),
    ("Parties, applicants, volunteers", "record, record_event, record_person",
     "disputes, counter services, visits, minimum units",
     "statutory duty; volunteers by consent that can be withdrawn",
     "those in charge of the record; others masked; no export holds persons"),
    ("Staff and members", "account, contact, delivery, session",
     "signing in, duty, messages", "employment and statutory duty",
     "the message gateways the county names: they see what is sent"),
    ("Border cases", "aid_message, partner", "help across the county's border",
     "agreement between the counties", "the partner of the case: redacted slip only"),
    ("Proof", "audit, person_view, tombstone, reply", "who did what, and what was deleted",
     "statutory duty (网络安全法 Art. 21)", "auditor"),
)  # fmt: skip
_RISKS = (
    ("A stolen disc or copy of the database", "sealed columns, keys apart",
     "staff names as actors, times, places and kinds of calls can still be read"),
    ("A stolen backup", "age encryption", "none known while the identity is kept apart"),
    ("A member of staff looks without need", "purpose and log of every look, auditor's page",
     "who is permitted can look; the log shows it afterwards"),
    ("Names in free texts", "masked in lists and exports where the person was entered",
     "whom nobody entered, nicknames and house numbers stay readable to those in charge"),
    ("Re-identifying by counting", "cells under five withheld, no export of persons",
     "figures of a very small village over a short time"),
    ("Guessing the caller's number", "keyed hash; the key is sealed",
     "whoever holds key file and database can try numbers"),
    ("Words found by how often they occur in the search index", "keyed hashes of pairs",
     "frequency of pairs of characters can be counted in a stolen database"),
    ("Profiling of persons", "no score, no list, no search across persons; one at a time by "
     "request", "none offered"),
    ("The server's own memory and temporary files", "workbooks sent are deleted within an hour",
     "an uploaded workbook lies unsealed until then; swap should be encrypted by the county"),
)  # fmt: skip


def dengbao_page(facts: ProtectionFacts) -> str:
    """The mapping of GB/T 22239-2019 level 3, with the settings' figures in it."""
    counts = {s: sum(c.standing is s for c in CONTROLS) for s in Standing}
    told = ", ".join(f"{n} {s.value}" for s, n in counts.items())
    rows = [_control_row(control, facts) for control in CONTROLS]
    return _page(
        "等保 level 3: GB/T 22239-2019, general requirements",
        facts,
        f"{len(CONTROLS)} rows: {told}. A mapping is no assessment: the county files (备案) and is "
        "assessed by a body of its own. The extension for cloud, mobile, IoT and industrial "
        "control is not mapped.",
        _table(("Control", "Name", "Standing", "With Hubpost", "Proved by", "Left to do"), rows),
    )


def impact_page(facts: ProtectionFacts) -> str:
    """The personal information impact assessment: what, why, for whom, how long, which risks."""
    sealed = [c for c in facts.columns if not c.why]
    still_open = [c for c in facts.columns if c.why]
    kept = [(r.what, r.period, r.basis) for r in facts.retention]
    return _page(
        "Personal information impact assessment (PIPL Art. 55 and 56)",
        facts,
        "A draft for the county, which decides and signs: legality, influence on persons, and "
        "whether the measures fit the risk. Records of it are kept for three years (Art. 56).",
        "## What is processed, and why\n",
        _table(("Data", "Tables", "Purpose", "Ground", "Recipients"), _PROCESSING),
        "Nothing leaves the county's machines by itself, nothing goes abroad, nobody is scored, "
        "and no decision about a person is made by the program.\n",
        f"## Sealed at rest: {len(sealed)} columns\n",
        _table(("Column", "What may stand there"), [_column_row(c)[:2] for c in sealed]),
        f"## Personal and not sealed: {len(still_open)} columns, and why\n",
        _table(("Column", "What stands there", "Why open"), map(_column_row, still_open)),
        "## How long\n",
        _table(("What", "Kept for", "Basis"), kept),
        "## What a full view may be for\n",
        ", ".join(f"`{p}`" for p in facts.purposes) + ". Each is logged.\n",
        "## Who may do what\n",
        _table(("Role", "Rights"), [(r, ", ".join(v)) for r, v in facts.rights.items()]),
        "## Rights of persons\n",
        "To see, to have put right, to have deleted: `/records/subjects` or `hubpost subject`, "
        f"within {facts.values['subject_period']}. One person at a time, at most "
        f"{facts.values['subject_readings']} readings an hour by one member of staff.\n",
        "## Risks, measures, and what remains\n",
        _table(("Risk", "Measure", "What remains"), _RISKS),
    )  # fmt: skip


def _control_row(control: Control, facts: ProtectionFacts) -> tuple[str, ...]:
    tests = "<br>".join(f"`{test.rpartition('::')[2]}`" for test in control.tests)
    how = control.how.format(**facts.values)
    return control.number, control.name, control.standing.value, how, tests, control.left


def _column_row(column: PersonalColumn) -> tuple[str, str, str]:
    return f"`{column.table}.{column.column}`", column.data, column.why


def _page(title: str, facts: ProtectionFacts, *parts: str) -> str:
    whose = f"Settings of {facts.county}." if facts.county else "Settings as shipped."
    return "\n".join((f"# {title}\n", _MADE, "", f"{whose}\n", *(f"{p.rstrip()}\n" for p in parts)))


def _table(headers: tuple[str, ...], rows: object) -> str:
    lines = [headers, tuple("---" for _ in headers), *rows]  # type: ignore[misc]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"
