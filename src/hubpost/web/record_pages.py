"""What the pages of the records share: rules, station, words, answers to a refused move."""

from collections.abc import Callable
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from hubpost.actions.records.rulebook import load_rules
from hubpost.model.records.change import Rules
from hubpost.model.refused import Refused
from hubpost.storage.transaction import Tx
from hubpost.web.console import Console
from hubpost.web.names import station_name
from hubpost.web.pages import render
from hubpost.web.record_refusals import record_refusal, record_status
from hubpost.web.record_words import (
    code_word,
    kind_word,
    list_codes,
    move_word,
    plain_code,
    state_word,
)
from hubpost.web.viewer import Viewer

#: The longest line of text a form takes.
LINE = 500


def rules_of(console: Console) -> Rules:
    """The rules in force now."""
    return console.store.read(lambda conn: load_rules(conn, console.room.zone))


def pick_station(console: Console, wanted: str = "") -> str:
    """The station asked for, or the first one within the viewer's reach where none is named.

    Raises Refused for one that is not there: nothing is entered for another than was meant.
    """
    if wanted and wanted not in console.store.board.stations:
        raise Refused("station_unknown", f"There is no station {wanted[:40]!r}. Choose one.")
    return wanted or next(iter(console.stations), "")


def show_record_page(
    console: Console, viewer: Viewer, template: str, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page of the records with the words every one of them uses."""
    board, names = console.store.board, {a.id: a.name for a in console.room.areas}
    return render(
        console,
        viewer,
        f"records/{template}",
        status=status,
        county_name=console.room.county_name,
        station_name=lambda i: station_name(viewer, board, i),
        stations=list(console.stations),
        area_name=lambda i: names.get(i, i or ""),
        code_word=lambda kind, code: code_word(viewer, kind, str(code)),
        codes=list_codes,
        state_word=lambda kind, state: state_word(viewer, kind, state),
        move_word=lambda kind, move: move_word(viewer, kind, move),
        kind_word=lambda kind: kind_word(viewer, kind),
        plain_code=plain_code,
        when=lambda at: at.astimezone(viewer.zone).strftime("%Y-%m-%d %H:%M") if at else "",
        **{"problem": "", **context},
    )


def do_and_return(
    console: Console,
    viewer: Viewer,
    action: Callable[[Tx], Any],
    back: str,
    refused_page: Callable[[str, int], Response],
) -> Response:
    """Run an action and go back to a page; a refused one shows its page with the words.

    A number or day that the action cannot reckon with is an entry to correct, too.
    """
    try:
        console.do(viewer, action)
    except Refused as refused:
        return refused_page(record_refusal(viewer, refused), record_status(refused))
    except (ValueError, OverflowError) as error:
        wrong = Refused("field_wrong", str(error))
        return refused_page(record_refusal(viewer, wrong), record_status(wrong))
    return RedirectResponse(back, 303)
