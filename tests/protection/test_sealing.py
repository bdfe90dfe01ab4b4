"""At rest nothing personal can be read: not in tables, indexes, free pages or logs."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import hubpost.storage
from hubpost.actions import callers, photos
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.storage import field_tables
from hubpost.storage.engine import create_engine, migrate
from hubpost.storage.records import persons
from hubpost.storage.records.reading import get_record, replay_record, search_records
from hubpost.storage.records.tables import record_person
from hubpost.storage.sealing import KeyMissing, Keyring
from hubpost.storage.store import Store
from tests.actions.test_photos import jpeg
from tests.protection.conftest import all_bytes
from tests.protection.planting import ADDRESS, NAME, PHONE, PLANTED, plant_all


def readable(url, *, log=True):
    """What was planted and can be found in the files, by the way it went in."""
    held = all_bytes(url, log=log)
    forms = lambda text: (text.encode(), repr(text)[1:-1].encode("ascii", "backslashreplace"))  # noqa: E731
    return [way for way, text in PLANTED.items() if any(f in held for f in forms(text))]


def assert_all_opens(store, case, key):
    """Whoever holds the keys reads everything that was planted."""
    seen = store.read(lambda c: persons.find_person(c, case.id, key))
    assert (seen.name, seen.phone, seen.address) == (NAME, PHONE, ADDRESS)
    assert store.read(lambda c: persons.list_views(c, case.id))[0].reason == "程咬金核对"
    kept = store.read(lambda c: get_record(c, DISPUTE_KIND, case.id))
    assert kept.title == "文广还耕马"
    assert store.read(lambda c: replay_record(c, DISPUTE_KIND, case.id)) == kept
    found = store.read(lambda c: search_records(c, DISPUTE_KIND, "耕马"))
    assert [f.id for f in found] == [case.id]
    past = store.read(
        lambda c: callers.list_place_history(
            c, 108.72, 29.26, None, since=store.now().replace(year=2000)
        )
    )
    assert ("杨家将祠堂后", "呼延赞领走") in {(p.place_text, p.outcome) for p in past}
    photo_of = sa.select(field_tables.photo.c.call_id)
    call_id = store.read(lambda c: c.execute(photo_of).scalar_one())
    picture = store.write(lambda tx: photos.show_photo(tx, call_id, "1" * 32, "review"), actor="a")
    assert picture == photos.bare_jpeg(jpeg(picture="裴元庆照片".encode()))


def test_nothing_planted_by_any_way_in_can_be_read_in_the_files(sealed_store, database_url, rules):
    case, key = plant_all(sealed_store, rules)
    assert readable(database_url) == []
    assert_all_opens(sealed_store, case, key)


def test_the_search_for_bytes_finds_what_is_not_sealed(sealed_store, database_url):
    """The proof above would be none if it could not fail."""
    sealed_store.write(lambda tx: tx.audit("穆桂英来电", "", {}), actor="a")
    assert readable(database_url) == ["call's note"]


def test_a_database_of_before_is_sealed_by_its_upgrade_and_opened_by_the_way_back(
    sealed_store, database_url, rules, keys, clock
):
    """Down to 0006 everything is readable again, up again nothing is, and all of it still opens.

    PostgreSQL's log of before is its server's to recycle: docs/protection.md says what to do.
    """
    case, key = plant_all(sealed_store, rules)
    board = sealed_store.board
    sealed_store.close()
    _downgrade(database_url, keys, "0006")
    assert set(readable(database_url)) >= {
        "name",
        "pair in the text index",
        "call's note",
        "picture",
    }
    engine = create_engine(database_url, keys)
    migrate(engine)
    engine.dispose()
    assert readable(database_url, log=database_url.startswith("sqlite")) == []
    again = Store(database_url, clock, keys)
    try:
        assert again.board == board
        assert_all_opens(again, case, key)
        assert _indexes(again) == _indexes_of(again, keys)
    finally:
        again.close()


def _downgrade(url, keys, revision):
    config = Config()
    config.set_main_option("script_location", f"{hubpost.storage.__path__[0]}/migrations")
    engine = create_engine(url, keys)
    with engine.execution_options(hubpost_write=True).begin() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, revision)
    engine.dispose()


def _indexes(store):
    query = sa.select(record_person.c.name_index).order_by(record_person.c.key)
    return store.read(lambda c: c.execute(query).scalars().all())


def _indexes_of(store, keys):
    """The indexes as they are made of the names themselves."""
    ring = Keyring(keys)
    query = sa.select(record_person).order_by(record_person.c.key)
    rows = store.read(lambda c: c.execute(query).all())
    names = [
        store.read(lambda c, r=r: persons.find_person(c, r.record_id, r.key)).name for r in rows
    ]
    return [ring.blind("name", n)[:32] for n in names]


def test_a_value_moved_to_another_row_is_refused(sealed_store, rules):
    """Whoever may write to the tables cannot show one person's number as another's."""
    case, key = plant_all(sealed_store, rules)
    t = record_person
    with sealed_store.engine.execution_options(hubpost_write=True).begin() as conn:
        phone = conn.execute(sa.select(t.c.phone).where(t.c.key == key)).scalar_one()
        conn.execute(t.update().where(t.c.key == "p9").values(phone=phone))
    with pytest.raises(KeyMissing, match="comes from elsewhere"):
        sealed_store.read(lambda c: persons.find_person(c, case.id, "p9"))


def test_a_plain_value_in_a_sealed_column_is_refused(sealed_store, rules):
    case, _ = plant_all(sealed_store, rules)
    t = record_person
    with sealed_store.engine.execution_options(hubpost_write=True).begin() as conn:
        conn.execute(t.update().where(t.c.key == "p9").values(name="李鬼"))
    with pytest.raises(KeyMissing, match=r"Expected a sealed value in record_person\.name"):
        sealed_store.read(lambda c: persons.find_person(c, case.id, "p9"))


def test_without_its_key_file_a_database_is_not_opened_and_none_is_made(
    sealed_store, database_url, keys
):
    sealed_store.close()
    keys.rename(keys.with_name("away"))
    with pytest.raises(KeyMissing, match="Expected the key file"):
        Store(database_url, keys=keys)
    assert not keys.exists()
    Keyring(keys)  # another installation's
    with pytest.raises(KeyMissing, match="Restore the key file that belongs to this database"):
        Store(database_url, keys=keys)


def test_the_same_number_is_found_again_without_being_read(sealed_store, rules):
    """The blind index is equal for one number however written, and different for another."""
    vault = sealed_store.engine.get_execution_options()["hubpost_vault"]
    indexes = persons.blind_indexes
    one = indexes(vault, persons.Person("a", "张三", "138 0013 8000"))
    assert one == indexes(vault, persons.Person("b", "张三", "13800138000"))
    assert (
        one["phone_index"]
        != indexes(vault, persons.Person("a", "张三", "13800138001"))["phone_index"]
    )
    assert indexes(vault, persons.Person("a", "张三"))["phone_index"] == ""
