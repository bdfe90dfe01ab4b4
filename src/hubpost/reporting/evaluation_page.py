"""The account as a page: tables, charts, printable, no script."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.reporting.evaluation_account import make_account
from hubpost.reporting.row_links import RowLinks, anchor, rows_address
from hubpost.reporting.section import NUMERALS


def account_page(
    evaluation: Evaluation, language: str = "zh", station_id: str = COUNTY, site: str = ""
) -> str:
    """HTML of the county's account, or of a station's brief. site: of the console, if known.

    The list of queries ends the page of an account; that of a brief is left out in print.
    """
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    account = make_account(evaluation, language, station_id)
    links = RowLinks(site)
    return env.get_template("evaluation_account.html.j2").render(
        account=account,
        language=language,
        numerals=NUMERALS[language],
        anchor=anchor,
        rows_address=rows_address,
        row_link=links.link,
    )
