"""The database goes away under a running console and comes back."""

import pytest

from tests.faults.aftermath import check_aftermath
from tests.faults.conftest import found
from tests.faults.processes import ROUNDS, Console, Follower, Writer, consoles, wait_until


@pytest.mark.timeout(1200 if ROUNDS > 2 else 120)
def test_postgres_stopped_and_started_costs_no_acknowledged_write(own_postgres, tmp_path):
    """Meanwhile 503 in words, also at /readyz; then all goes on by itself, the feed too."""
    one = found(own_postgres.url, tmp_path)
    two = Console(one.url, one.folder, one.token)
    with consoles(one, two), Follower(one, 0) as near, Follower(two, 0) as far:
        with Writer(one) as writer:
            for _ in range(ROUNDS):
                writer.await_more()
                own_postgres.stop()
                said = len(writer.said)
                wait_until(lambda said=said: len(writer.said) > said + 2)
                assert (one.status("/readyz"), one.status("/healthz")) == (503, 200)
                assert two.status("/readyz") == 503
                own_postgres.start()
                writer.await_more()
                wait_until(lambda: one.status("/readyz") == two.status("/readyz") == 200)
        answers = set(writer.statuses)
        assert answers == {201, 503}, (answers, writer.said[-1], one.log.read_text()[-3000:])
        assert all("database" in text for text in writer.said), writer.said
        last = check_aftermath(one.url, writer.acknowledged)
        for screen in (near, far):
            screen.await_id(last)
            assert screen.ids == list(range(1, last + 1))
