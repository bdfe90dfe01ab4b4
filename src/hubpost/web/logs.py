"""Logs that tell where and what kind, never whom: no value of a request or a row is in them.

The text of an error may hold what somebody typed, so only its kind and the places in the code are
written. Addresses hold tokens, so a request is told by the name of its route.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

#: Loggers whose words are our own; of others only the level and the name are told beside an error.
_OURS = ("hubpost", "uvicorn")
#: Facts that a line may carry beside its words.
FACTS = ("route", "method", "status", "ms", "trace")
#: Random, new for each request; on every line that is written while it is answered.
request_id: ContextVar[str] = ContextVar("request_id", default="")
_FRAMES = 12


class SafeFormatter(logging.Formatter):
    """A line of text, or a JSON object a line."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The record without any value that came from outside."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _words(record),
            **({"request": request_id.get()} if request_id.get() else {}),
            **{k: v for k in FACTS if (v := getattr(record, k, None)) is not None},
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["frames"] = list_frames(record.exc_info[2])
        if self._as_json:
            return json.dumps(line, ensure_ascii=False)
        return " ".join(f"{v}" if k in ("at", "level") else f"{k}={v}" for k, v in line.items())


def set_up_logs(*, as_json: bool, requests: bool = False) -> None:
    """Send every log of this process through the safe formatter, to stderr.

    requests: also a line for each request: route, method, status, milliseconds.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter(as_json=as_json))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("hubpost.request").setLevel(logging.INFO if requests else logging.WARNING)


def list_frames(trace: TracebackType | None) -> list[str]:
    """Where an error came from, innermost last: file, line and function."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]


def _words(record: logging.LogRecord) -> str:
    """What is said: of our own loggers the words as written in the code, without their values."""
    if not record.name.startswith(_OURS):
        return ""
    return str(record.msg).splitlines()[0] if record.args else record.getMessage().splitlines()[0]
