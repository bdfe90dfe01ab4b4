"""Ten kills on each database as part of the tests; `make soak` does 200 (tests/soak/crash.py)."""

import pytest

from tests.soak.crash import check, run


@pytest.mark.timeout(180)
def test_ten_kills_lose_nothing_that_was_acknowledged(database_url, tmp_path):
    done = run(database_url, rounds=10, seed=7, folder=tmp_path)
    assert len(done) == 10
    assert sum(r.acknowledged for r in done) > 100


def test_the_harness_notices_a_lost_write(tmp_path):
    """A harness that cannot fail proves nothing: take an acknowledged call away."""
    from hubpost.storage import schema
    from hubpost.storage.store import Store

    url, acks = f"sqlite:///{tmp_path / 'x.sqlite'}", tmp_path / "acks.jsonl"
    run(url, rounds=1, seed=3, folder=tmp_path)
    store = Store(url)
    acks.write_text(acks.read_text() + '{"call": "never", "number": "20260301-9999"}\n')
    with pytest.raises(AssertionError, match="acknowledged and gone"):
        check(store, acks)
    with store.engine.execution_options(hubpost_write=True).begin() as conn:
        conn.execute(schema.event.delete().where(schema.event.c.id == 5))
    with pytest.raises(AssertionError, match="gaps"):
        check(store, acks)
    store.close()
