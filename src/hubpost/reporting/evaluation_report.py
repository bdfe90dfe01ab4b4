"""Write all forms of an evaluation to a folder."""

import json
from collections.abc import Sequence
from pathlib import Path

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.evaluation_json import evaluation_to_json
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.reporting.evaluation_account import make_account
from hubpost.reporting.evaluation_document import write_docx, write_pdf
from hubpost.reporting.evaluation_page import account_page
from hubpost.reporting.evaluation_workbook import write_workbook

FORMATS = ("json", "html", "xlsx", "docx", "pdf")


def write_evaluation(
    evaluation: Evaluation, out: Path, formats: Sequence[str] = FORMATS, briefs: bool = False
) -> list[Path]:
    """evaluation.json, account.zh/en.html, .docx, .pdf, figures.xlsx; with briefs a page a station.

    The files written, in order. The same evaluation gives the same text.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    if "json" in formats:
        written.append(out / "evaluation.json")
        text = json.dumps(evaluation_to_json(evaluation), ensure_ascii=False, indent=1)
        written[-1].write_text(text, "utf-8")
    if "xlsx" in formats:
        written.append(out / "figures.xlsx")
        write_workbook(evaluation, written[-1])
    for language in ("zh", "en"):
        written += _documents(evaluation, out, formats, language)
    if briefs:
        written += _briefs(evaluation, out)
    return written


def _documents(
    evaluation: Evaluation, out: Path, formats: Sequence[str], language: str
) -> list[Path]:
    account = make_account(evaluation, language)
    written = []
    if "html" in formats:
        written.append(out / f"account.{language}.html")
        written[-1].write_text(account_page(evaluation, language), "utf-8")
    for kind, write in (("docx", write_docx), ("pdf", write_pdf)):
        if kind in formats:
            written.append(out / f"account.{language}.{kind}")
            write(account, written[-1], language)
    return written


def _briefs(evaluation: Evaluation, out: Path) -> list[Path]:
    (out / "briefs").mkdir(exist_ok=True)
    stations = dict.fromkeys(r.station_id for r in evaluation.results if r.station_id != COUNTY)
    written = []
    for number, station in enumerate(stations, 1):
        # Numbered, since an id of the data need not be a safe file name.
        for language in ("zh", "en"):
            written.append(out / "briefs" / f"{number:03d}.{language}.html")
            written[-1].write_text(account_page(evaluation, language, station), "utf-8")
    return written
