"""Readers of files under damage for as long as asked, with new chance each time.

    .venv/bin/python -m tests.fuzz.long --seconds 600 [--reader NAME] [--keep FOLDER]

A process of its own tries one file after the other, with 3 GB of memory and 20 s for each, so that
also a crash of a native library, a file that never ends and one that fills the memory are seen.
Each finding is kept as a file; put it into tests/fuzz/crashes/READER/ once it is mended. Exits
with 1 when there is one.
"""

import argparse
import contextlib
import faulthandler
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz.readers import READERS, ROOT, try_out

MEMORY_BYTES, EACH_S = 6 * 2**30, 20
#: Tries of one process: osmium keeps a file open that it could not read.
TRIES = 5_000


class TooSlow(BaseException):
    """A file that was read for too long."""


def damaged(name: str, seed: int) -> bytes:
    """The file of a reader, damaged as the seed says."""
    reader, rng = READERS[name], random.Random(seed)
    data = reader.damage(rng, reader.sound())
    return reader.damage(rng, data) if rng.random() < 0.2 and data.isascii() else data


def try_seed(name: str, seed: int) -> None:
    """One damaged file. Raises what is no declared error."""
    try:
        data = damaged(name, seed)
    except (ValueError, IndexError, KeyError, RecursionError):
        return  # damaged twice, and no longer of the form that the damage is for
    with tempfile.TemporaryDirectory() as folder:
        try_out(READERS[name], data, Path(folder))


def work(name: str, first: int) -> None:
    """Try seed after seed, TRIES at most; a line on stdout before each, and for each finding."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))

    def too_slow(*_of: object) -> None:
        raise TooSlow

    signal.signal(signal.SIGALRM, too_slow)
    report = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for seed in range(first, first + TRIES):
        print(json.dumps({"try": seed}), file=report, flush=True)
        signal.alarm(EACH_S)
        try:
            with contextlib.redirect_stderr(open(os.devnull, "w")):
                try_seed(name, seed)
        except BaseException:
            print(json.dumps({"found": seed, "why": traceback.format_exc()[-1500:]}),
                  file=report, flush=True)  # fmt: skip
        signal.alarm(0)


def run(name: str, seconds: float, seed: int, keep: Path) -> tuple[int, list[str]]:
    """Tries of a reader in a time, and what was found."""
    tries, found, until = 0, list[str](), time.monotonic() + seconds
    while time.monotonic() < until:
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.fuzz.long", "--work", name, str(seed)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        heard = [time.monotonic()]
        threading.Thread(target=_watch, args=(child, heard), daemon=True).start()
        killer = subprocess.Popen(["sleep", str(max(1, int(until - time.monotonic())))])
        for line in child.stdout:
            said, heard[0] = json.loads(line), time.monotonic()
            if "try" in said:
                seed, tries = said["try"], tries + 1
            else:
                found.append(_keep(keep, name, said["found"], said["why"]))
            if killer.poll() is not None or len(found) > 20:
                child.kill()
        killer.kill()
        killer.wait()
        if child.wait() not in (0, -signal.SIGKILL):
            found.append(_keep(keep, name, seed, f"the process ended with {child.returncode}"))
        if len(found) > 20:
            break
        seed += 1
    return tries, found


def _watch(child: subprocess.Popen, heard: list[float]) -> None:
    """End a reader that stands still in compiled code, where no alarm is heard."""
    while child.poll() is None:
        time.sleep(1)
        if time.monotonic() - heard[0] > 2 * EACH_S:
            child.send_signal(signal.SIGABRT)
            return


def _keep(keep: Path, name: str, seed: int, why: str) -> str:
    folder = keep / name
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(Exception):
        (folder / str(seed)).write_bytes(damaged(name, seed))
    (folder / f"{seed}.txt").write_text(why)
    return f"{name} seed {seed}: {why.strip().splitlines()[-1][:200]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--reader", choices=list(READERS), action="append")
    parser.add_argument("--keep", type=Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--work", nargs=2, metavar=("READER", "SEED"))
    options = parser.parse_args()
    if options.work:
        return work(options.work[0], int(options.work[1]))
    names = options.reader or list(READERS)
    first = random.SystemRandom().randrange(10**9) if options.seed is None else options.seed
    all_found: list[str] = []
    for name in names:
        tries, found = run(name, options.seconds / len(names), first, options.keep)
        print(json.dumps({"reader": name, "seed": first, "tries": tries, "found": len(found)}),
              flush=True)  # fmt: skip
        for line, times in Counter(found).items():
            print(f"  {times}x {line}", flush=True)
        all_found += found
    sys.exit(1 if all_found else 0)


if __name__ == "__main__":
    main()
