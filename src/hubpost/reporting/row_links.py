"""Where the rows behind a number are: in the console, and in the page's own list of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowLinks:
    """site: address of the console, such as http://10.0.0.5:8000, where it is known.

    page: name of the page beside a document, whose list of queries its numbers lead to.
    """

    site: str = ""
    page: str = ""

    def link(self, query: Query) -> str:
        """Where a number of a document leads: to its rows, else to the list; "" for nowhere."""
        if self.site:
            return self.site.rstrip("/") + rows_address(query)
        return f"{self.page}#{anchor(query)}" if self.page else ""


def rows_address(query: Query) -> str:
    """The console's page of the rows that a number counts."""
    asked = {"code": query["code"], "from": query["from"], "to": query["to"],
             "station": query["station_id"]}  # fmt: skip
    return "/figures/rows?" + urlencode({k: v for k, v in asked.items() if v})


def anchor(query: Query) -> str:
    """Name of a query in the page's list; the month's and the running year's differ."""
    return f"query-{query['code']}-{query['from']}"
