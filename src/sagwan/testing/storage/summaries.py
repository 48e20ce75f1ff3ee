"""Rules of the extremes that are kept of each metric."""

from math import nan

from sagwan.domain.batch import LARGEST
from sagwan.domain.search.fields import WORKSPACE_RUNS
from sagwan.domain.search.parser import parse_field
from sagwan.entities import Metric
from sagwan.storage.base import Grouping
from sagwan.testing.storage.lab import Lab, run_id
from sagwan.testing.storage.run_search import Zoo
from sagwan.testing.storage.workspace import ask, count_up, look, names, page

LEAST, GREATEST = "metrics.`loss`.min", "metrics.`loss`.max"


class SummaryRules(Zoo):
    def test_columns(self, zoo: Lab) -> None:
        fields = {
            "metrics.`loss`.last": [0.5, nan, -2.0, None],
            LEAST: [0.5, None, -2.0, None],
            GREATEST: [1.0, None, -2.0, None],
            "metrics.`acc`.max": [None, 0.9, None, None],
            "metrics.`never`.min": [None] * 4,
            # No summary, but a key of that name.
            "metrics.loss.min": [None] * 4,
        }
        found = look(zoo, ask(order=["start_time"]), page(*fields)).columns
        assert [*map(str, found)] == [*map(str, fields.values())]

    def test_points_come_in_any_order(self, lab: Lab) -> None:
        (run,) = count_up(lab, 1)
        told: list[tuple[object, ...]] = []
        for values in ([3.0], [nan, 2.0], [nan], [5.0, 4.0, -1.0], [2.0], [LARGEST, -LARGEST]):
            # Steps go down: only the first batch has the latest point.
            step = 100 - len(told)
            lab.log(run, [Metric("loss", value, 1, step - n) for n, value in enumerate(values)])
            columns = look(lab, ask(), page("metrics.loss", LEAST, GREATEST)).columns
            told.append(tuple(column[0] for column in columns))
        assert told == [
            (3.0, 3.0, 3.0),
            (3.0, 2.0, 3.0),
            (3.0, 2.0, 3.0),
            (3.0, -1.0, 5.0),
            (3.0, -1.0, 5.0),
            (3.0, -LARGEST, LARGEST),
        ]

    def test_what_begins_with_nan(self, lab: Lab) -> None:
        (run,) = count_up(lab, 1)
        found = []
        for step, value in enumerate([nan, nan, 2.0, nan, 1.0]):
            lab.log(run, [Metric("loss", value, 1, step)])
            found.append([column[0] for column in look(lab, ask(), page(LEAST, GREATEST)).columns])
        assert found == [[None, None], [None, None], [2.0, 2.0], [2.0, 2.0], [1.0, 2.0]]

    def test_filters(self, zoo: Lab) -> None:
        cases = {
            f"{GREATEST} > 0.5": "a",
            f"{GREATEST} > 1": "",
            f"{LEAST} < 0.6": "ac",
            f"{LEAST} != 0.5": "c",
            f"{LEAST} IS NULL": "bd",
            f"{LEAST} IS NOT NULL": "ac",
            f"NOT {LEAST} < 0": "abd",
            f"{LEAST} IN (0.5, -2)": "ac",
            f"{LEAST} NOT IN (0.5)": "c",
            f"{LEAST} <= 1e999": "ac",
            f"{LEAST} != 1e999": "ac",
            f"{GREATEST} BETWEEN 0.9 AND 1.1 OR metrics.`acc`.min > 0.5": "ab",
            f"{GREATEST} > 0.9 AND metrics.loss < 1": "a",
            "metrics.loss.min < 1": "",
        }
        assert {filter: names(zoo, filter) for filter in cases} == cases

    def test_orders(self, zoo: Lab) -> None:
        zoo.log(run_id("d"), [Metric("loss", 0.7, 1, 1), Metric("loss", 9.0, 1, 0)])
        assert names(zoo, order=[LEAST]) == "cadb"
        assert names(zoo, order=[f"{LEAST} DESC"]) == "dacb"
        assert names(zoo, order=[f"{GREATEST} DESC"]) == "dacb"
        assert names(zoo, order=["metrics.loss DESC"]) == "dacb"
        assert names(zoo, order=["metrics.loss", LEAST]) == "cadb"

    def test_facets_and_groups(self, zoo: Lab) -> None:
        least = parse_field(LEAST, WORKSPACE_RUNS)
        facet = zoo(zoo.store.workspace.facet(ask(), least, 2))
        assert (facet.runs, facet.missing, facet.nan) == (4, 2, 0)
        assert (facet.min, facet.max) == (-2.0, 0.5)
        last, greatest = (parse_field(text, WORKSPACE_RUNS) for text in ("metrics.loss", GREATEST))
        user = parse_field("tags.never", WORKSPACE_RUNS)
        grouping = Grouping([user], [], [last, least, greatest], 10, 10)
        (group,) = zoo(zoo.store.workspace.groups(ask(order=[LEAST]), grouping)).groups
        found = [(metric.n, metric.mean) for metric in group.metrics]
        assert found == [(2, -0.75), (2, -0.75), (2, -0.5)]
