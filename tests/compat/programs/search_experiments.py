"""The search grammar of experiments."""

import time
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import ViewType
from readback import attempt, emit, unique

NAMES = ("Alpha", "beta", "Gamma 100%", "delta's", "ε")
FILTERS = """
name = '{Alpha}'
name != '{Alpha}'
attribute.name = '{Alpha}'
attributes.name = '{Alpha}'
name LIKE 'alpha%'
name ILIKE 'alpha%'
name LIKE '%100\\%%'
name = "{delta's}"
name IN ('{Alpha}')
name > 'a'
name IS NULL
experiment_id = '0'
experiment_id IN ('{first}', '{second}')
experiment_id NOT IN ('{first}', '{second}')
experiment_id != '{first}'
experiment_id = {first}
experiment_id LIKE '1%'
experiment_id > '0'
tags.kind = 'even'
tag.kind != 'even'
tags.kind LIKE 'E%'
tags.kind ILIKE 'E%'
tags.kind IS NULL
tags.kind IS NOT NULL
tags.`with space` = '3'
tags."with space" = '3'
tags.kind > 'a'
tags.kind = even
creation_time > 0
creation_time < 1000
attribute.creation_time > 0
last_update_time >= 0 AND tags.kind = 'odd'
creation_time > '0'
creation_time > 1.5
creation_time LIKE '1'
lifecycle_stage = 'active'
nope = 'x'
metrics.m > 1
params.p = 'x'
name = '{Alpha}' OR name = '{beta}'
name = '{Alpha}' AND tags.kind = 'even'
name = unquoted
name LIKE 5
name =
= 'x'
""".strip().split("\n")
ORDERS: list[list[str]] = [
    [],
    ["name"],
    ["name DESC"],
    ["attribute.name ASC"],
    ["experiment_id"],
    ["experiment_id DESC"],
    ["creation_time"],
    ["creation_time DESC"],
    ["last_update_time DESC"],
    ["last_update_time", "name"],
    ["tags.kind"],
    ["lifecycle_stage"],
    ["nope"],
    ["name UP"],
    ["name nulls last"],
    ["name, experiment_id"],
]


def main() -> None:
    client = MlflowClient()
    own = {name: unique(f"{name} found") for name in NAMES}
    ids = []
    for number, name in enumerate(NAMES):
        tags = {"kind": "odd" if number % 2 else "even", "mark": unique("x")}
        if name == "ε":
            tags = {"with space": "3", "mark": unique("x")}
        ids.append(client.create_experiment(own[name], tags=tags))
        time.sleep(0.005)  # so that no two are of the same millisecond
    time.sleep(0.005)
    client.rename_experiment(ids[0], own["Alpha"] + " again")
    client.rename_experiment(ids[0], own["Alpha"])
    mine = f"tags.mark = '{unique('x')}'"

    def search(text: str, order: list[str] | None = None) -> dict[str, Any]:
        result = attempt(
            client.search_experiments, ViewType.ALL, filter_string=text, order_by=order
        )
        if "result" not in result:
            return result
        found = [experiment["name"] for experiment in result["result"]]
        return {"experiments": found if order is not None else sorted(found)}

    filters = {}
    for text in FILTERS:
        wanted = text
        for name, value in {**own, "first": ids[0], "second": ids[1]}.items():
            wanted = wanted.replace(f"{{{name}}}", value)
        filters[text] = search(f"{wanted} AND {mine}")
        if "error" in filters[text]:
            filters[text] = search(wanted)
    pages, token = [], None
    while token or not pages:
        page = client.search_experiments(
            filter_string=mine, max_results=2, order_by=["name"], page_token=token
        )
        pages.append([experiment.name for experiment in page])
        token = page.token
    client.delete_experiment(ids[1])
    views = {
        str(view): [found.name for found in client.search_experiments(view, filter_string=mine)]
        for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL)
    }
    orders = {" | ".join(order): search(mine, order) for order in ORDERS}
    emit({"filters": filters, "orders": orders, "pages": pages, "views": views})


if __name__ == "__main__":
    main()
