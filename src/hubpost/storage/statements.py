"""The writer's own statements, made once: building one anew costs as much as running it.

Parameters of a WHERE clause are called `key_…`; all others set the column of their name.
"""

import sqlalchemy as sa

from hubpost.storage import schema

INSERT_EVENT = schema.event.insert()
INSERT_AUDIT = schema.audit.insert()
INSERT_UNIT = schema.unit.insert()
INSERT_CALL = schema.call.insert()
INSERT_RESPONSE = schema.response.insert()
INSERT_DECISION = schema.decision.insert()

UPDATE_UNIT = schema.unit.update().where(schema.unit.c.id == sa.bindparam("key_id"))
UPDATE_CALL = schema.call.update().where(schema.call.c.id == sa.bindparam("key_id"))
UPDATE_RESPONSE = schema.response.update().where(
    (schema.response.c.call_id == sa.bindparam("key_call_id"))
    & (schema.response.c.idx == sa.bindparam("key_idx"))
)
CLOSE_MERGED = schema.call.update().where(
    (schema.call.c.merged_into == sa.bindparam("key_into")) & schema.call.c.closed_at.is_(None)
)

SELECT_EVENTS_AFTER = (
    sa.select(schema.event.c.id, schema.event.c.kind, schema.event.c.body)
    .where(schema.event.c.id > sa.bindparam("key_after"))
    .order_by(schema.event.c.id)
    .limit(sa.bindparam("key_limit"))
)
SELECT_LAST_SEAL = (
    sa.select(schema.audit.c.id, schema.audit.c.hash).order_by(schema.audit.c.id.desc()).limit(1)
)
