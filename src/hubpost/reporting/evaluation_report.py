"""Write all forms of an evaluation to a folder."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.evaluation_json import evaluation_to_json
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.reporting.evaluation_account import make_account
from hubpost.reporting.evaluation_document import write_briefs_pdf, write_docx, write_pdf
from hubpost.reporting.evaluation_page import account_page
from hubpost.reporting.evaluation_workbook import write_workbook
from hubpost.reporting.row_links import RowLinks

FORMATS = ("json", "html", "xlsx", "docx", "pdf")
LANGUAGES = ("zh", "en")


def write_evaluation(
    evaluation: Evaluation,
    out: Path,
    formats: Sequence[str] = FORMATS,
    briefs: bool = False,
    site: str = "",
) -> list[Path]:
    """evaluation.json, account.zh/en.html, .docx, .pdf, figures.xlsx; with briefs one a station.

    site: address of the console, to which numbers then lead. The files written, in order. The
    same evaluation gives the same text.
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
    for language in LANGUAGES:
        written += _forms(evaluation, out / "account", formats, language, COUNTY, site)
    if briefs:
        written += _briefs(evaluation, out / "briefs", formats, site)
    return written


def station_ids(evaluation: Evaluation) -> list[str]:
    """Stations that have figures, in the order of their briefs."""
    return list(dict.fromkeys(r.station_id for r in evaluation.results if r.station_id != COUNTY))


def _forms(
    evaluation: Evaluation, stem: Path, formats: Sequence[str], language: str, station_id: str,
    site: str,
) -> list[Path]:  # fmt: skip
    """stem.zh.html and the like, in the formats asked for."""
    account = make_account(evaluation, language, station_id)
    page = stem.with_name(f"{stem.name}.{language}.html")
    written = []
    if "html" in formats:
        page.write_text(account_page(evaluation, language, station_id, site), "utf-8")
        written.append(page)
    links = RowLinks(site, page.name if written else "")
    for kind, write in (("docx", write_docx), ("pdf", write_pdf)):
        if kind in formats:
            written.append(stem.with_name(f"{stem.name}.{language}.{kind}"))
            write(account, written[-1], language, links)
    return written


def report_bytes(
    evaluation: Evaluation, form: str, language: str, station_id: str = COUNTY, site: str = ""
) -> bytes:
    """One report in one of pdf, docx, xlsx and html; a station's holds no figure of another."""
    if station_id != COUNTY:
        evaluation = of_station(evaluation, station_id)
    with tempfile.TemporaryDirectory(prefix="hubpost-report-") as folder:
        path = Path(folder) / f"report.{form}"
        if form == "xlsx":
            write_workbook(evaluation, path, station_id)
        elif form == "html":
            path.write_text(account_page(evaluation, language, station_id, site), "utf-8")
        else:
            write = {"docx": write_docx, "pdf": write_pdf}[form]
            account = make_account(evaluation, language, station_id)
            write(account, path, language, RowLinks(site))
        return path.read_bytes()


def of_station(evaluation: Evaluation, station_id: str) -> Evaluation:
    """What may be told to whoever sees one station only."""
    return replace(
        evaluation,
        results=tuple(r for r in evaluation.results if r.station_id == station_id),
        running=tuple(r for r in evaluation.running if r.station_id == station_id),
        findings=tuple(f for f in evaluation.findings if f.station_id == station_id),
        clocks=tuple(c for c in evaluation.clocks if c.station_id == station_id),
        funnels=(), effects=(), predicted=None,
    )  # fmt: skip


def _briefs(evaluation: Evaluation, out: Path, formats: Sequence[str], site: str) -> list[Path]:
    """A brief for each station, and all of a language in one PDF to print."""
    out.mkdir(exist_ok=True)
    written = []
    stations = station_ids(evaluation)
    for number, station in enumerate(stations, 1):
        # Numbered, since an id of the data need not be a safe file name.
        for language in LANGUAGES:
            stem = out / f"{number:03d}"
            written += _forms(evaluation, stem, formats, language, station, site)
    for language in LANGUAGES if "pdf" in formats else ():
        written.append(out / f"all.{language}.pdf")
        accounts = [make_account(evaluation, language, s) for s in stations]
        write_briefs_pdf(accounts, written[-1], language)
    return written
