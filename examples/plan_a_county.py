"""A plan from a county's files, proven, and what it rests on.

Run: .venv/bin/python examples/plan_a_county.py [COUNTY]
"""

import sys

from hubpost.actions.preparation import prepared_travel
from hubpost.planning.grouping import make_plan
from hubpost.planning.inputs import make_inputs
from hubpost.tables.county import read_county

county = read_county(sys.argv[1] if len(sys.argv) > 1 else "qianjiang")
travel = prepared_travel(county, lambda text: print(text, file=sys.stderr))
plan = make_plan(make_inputs(county, travel))

print(f"{county.name}: {plan.status}, gap {plan.gap}, figures are {', '.join(plan.labels)}")
names = {s.id: s.name for s in plan.stations}
for group in plan.groups:
    print(names[group.hub], "<-", "、".join(names[b] for b in group.bases))
print("边界所:", "、".join(s.name for s in plan.stations if s.type == "border"))
