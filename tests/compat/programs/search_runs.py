"""The whole search grammar: what each filter and each order finds, and what each mistake says."""

from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from readback import attempt, emit, unique

NAN = float("nan")
# name, start, status, metrics, params, tags
RUNS: list[tuple[str, int, str, dict[str, float], dict[str, str], dict[str, str]]] = [
    ("a", 1000, "FINISHED", {"m": 1.0, "x y": 1}, {"lr": "0.1", "p": "9"}, {"t": "one"}),
    ("b", 1000, "FAILED", {"m": 2.0, "x.y": 2}, {"lr": "0.01", "p": "10"}, {"t": "One"}),
    ("c", 2000, "KILLED", {"m": NAN}, {"lr": "0.1", "p": "Ten"}, {"t": "two%"}),
    ("d", 3000, "RUNNING", {}, {}, {"a.b.c": "dots", "with space": "s"}),
    ("e", 500, "FINISHED", {"m": -0.5, "n": 0}, {"lr": "", "q": "it's"}, {"t": "it''s"}),
    ("f", 4000, "SCHEDULED", {"m": 1e10}, {"lr": 'say "hi"'}, {"t": "größe", "n": "007"}),
    ("g", 1500, "FINISHED", {"m": 1.0, "n": 5}, {"p": "10"}, {"t": "under_score"}),
    ("H-Upper", 1500, "FINISHED", {"n": -3}, {"p": "2"}, {"t": "underXscore"}),
    ("i", 2500, "FINISHED", {"m": float("inf")}, {}, {"t": ""}),
    ("j", 2500, "FAILED", {"m": float("-inf"), "n": NAN}, {}, {"with-dash": "d", "t": "\\"}),
]

FILTERS = r"""
metrics.m = 1
metric.m = 1.0
metrics.m != 1
metrics.m > 1
metrics.m >= 1
metrics.m < 1
metrics.m <= 1.0
metrics.m > -.5
metrics.m > 1e3
metrics.m >= 5.
metrics.m < -1e300
metrics.m > 1e308
metrics.m > 0 AND metrics.n > 0
metrics.m > 0 and metrics.n > 0
METRICS.m > 0
metrics.M > 0
metrics.absent != 1
metrics.`x y` = 1
metrics."x y" = 1
metrics.x.y = 2
metrics.`x.y` = 2
metrics.m = '1'
metrics.m = one
metrics.m LIKE '1'
metrics.m IN (1, 2)
metrics.m IS NULL
metrics.m == 1
metrics.m <> 1
metrics.m > +1
metrics.m BETWEEN 1 AND 2
params.lr = '0.1'
param.lr = "0.1"
parameter.lr = '0.1'
parameters.lr = '0.1'
params.lr != '0.1'
params.lr LIKE '0.%'
params.lr LIKE '0._'
params.p ILIKE 'ten'
params.p LIKE 'ten'
params.lr = ''
params.lr = 0.1
params.lr > '0.1'
params.lr IN ('0.1', '0.01')
params.lr IS NULL
params.lr IS NOT NULL
params.absent IS NULL
params.lr is null
params.q = "it's"
params.q = 'it''s'
params.lr = 'say "hi"'
params.lr = "say \"hi\""
params.p = '10' AND params.lr = '0.01'
tags.t = 'one'
tag.t = 'one'
tags.t != 'one'
tags.t ILIKE 'ONE'
tags.t LIKE 'two%'
tags.t LIKE 'two\%'
tags.t LIKE 'under_score'
tags.t ILIKE 'GRÖSSE'
tags.t = 'größe'
tags.t LIKE '%'
tags.t = ''
tags.t = '\'
tags.n = '007'
tags.n = 007
tags.a.b.c = 'dots'
tags.`a.b.c` = 'dots'
tags."a.b.c" = 'dots'
tags.`a`.b.c = 'dots'
tags.`with space` = 's'
tags."with-dash" = 'd'
tags.with-dash = 'd'
tags.t IS NULL
tags.t IS NOT NULL
tags.mlflow.runName = 'a'
tags.`mlflow.runName` LIKE 'H%'
tags.t NOT IN ('one')
tags.t IN ('one', 'One')
status = 'FINISHED'
attributes.status = 'FINISHED'
attribute.status != 'FINISHED'
attr.status LIKE 'F%'
run.status = 'RUNNING'
status = 'finished'
status ILIKE 'fin%'
status = FINISHED
status = "FAILED"
status IN ('FAILED')
status > 'A'
run_name = 'a'
attributes.run_name LIKE '%upper%'
attributes.run_name ILIKE '%upper%'
attributes.`run name` = 'b'
attributes.`Run Name` = 'b'
run_name IN ('a')
run_name IS NULL
run_id = 'none'
run_id IN ('{a}', '{b}')
run_id NOT IN ('{a}', '{b}')
attributes.run_id = '{c}'
attributes.run_id != '{c}'
attributes.run_id LIKE '%'
run_id IN ('{a}')
run_id IN ('{a}',)
run_id IN ()
run_id IN (abc)
run_id IN (12)
run_id IN '{a}'
user_id = 'ann'
user_id = ''
artifact_uri LIKE '%artifacts'
artifact_uri ILIKE '%/{A}/%'
start_time > 1500
start_time >= 1500
attributes.start_time = 1000
created < 1500
attributes.Created = 1000
start_time != 1000
start_time > '1500'
start_time > 1500.5
start_time LIKE '1%'
end_time > 0
end_time < 3000
end_time IS NULL
attributes.end_time = 2000
experiment_id = '1'
lifecycle_stage = 'active'
attributes.nope = 'x'
nope.x = 'y'
x = 'y'
metrics. > 1
metrics > 1
.m > 1
tags. = 'x'
'a' = params.lr
1 < metrics.m
metrics.m > 1 OR metrics.m < 0
NOT metrics.m > 1
(metrics.m > 1)
metrics.m > 1 AND (params.lr = '0.1')
metrics.m > 1;
metrics.m > 1; metrics.m < 0
metrics.m > 1 AND
AND metrics.m > 1
metrics.m > 1 AND AND metrics.n > 1
metrics.m > 1 metrics.n > 1
metrics.m > 1, metrics.n > 1
metrics.m >
metrics.m
metrics.m > 1 -- comment
metrics.m > 0 /* comment */
metrics.m > params.lr
metrics.m > 1 + 1
metrics.m > abc
params.lr = 'unclosed
params.lr = unclosed'
params.`lr = '0.1'
params.lr LIKE 0.1
params.lr = `0.1`
params.lr NOT LIKE '0.1'
params.lr = NULL
params.lr IS 'x'
select * from runs
'; DROP TABLE runs; --
*
   metrics.m   >   1
metrics.m>1
metrics.m>1 and params.lr='0.01'
params.lr='0.1'AND tags.t='one'
params.lr LIKE '%1' AND params.lr LIKE '0.0%'
metrics.m > 0 AND metrics.m < 2 AND params.p = '9' AND tags.t = 'one' AND status = 'FINISHED'
""".strip("\n").split("\n")

ORDERS: list[list[str]] = [
    [],
    ["metrics.m"],
    ["metrics.m ASC"],
    ["metrics.m DESC"],
    ["metrics.n desc"],
    ["metric.`x y` DESC"],
    ["metrics.absent"],
    ["params.p"],
    ["params.p DESC"],
    ["parameter.lr ASC"],
    ["tags.t"],
    ["tags.t DESC"],
    ["tags.`a.b.c` DESC"],
    ["start_time"],
    ["start_time ASC"],
    ["attributes.start_time DESC"],
    ["created"],
    ["attribute.Created ASC"],
    ["end_time DESC"],
    ["end_time"],
    ["run_name"],
    ["attributes.run_name DESC"],
    ["run_id"],
    ["status", "start_time"],
    ["status DESC", "metrics.m DESC"],
    ["artifact_uri"],
    ["user_id"],
    ["params.p", "metrics.m", "run_name DESC"],
    ["metrics.m DESC, metrics.n"],
    ["metrics.m nulls first"],
    ["metrics.m UP"],
    ["metrics.m", "metrics.m"],
    ["metrics.m", "metrics.m DESC"],
    ["start_time", "start_time DESC"],
    ["nope"],
    ["attributes.nope"],
    ["nope.x"],
    ["lifecycle_stage"],
    ["experiment_id"],
    ["run name"],
    ["`run name`"],
    ["metrics."],
    ["metrics"],
    [""],
    ["  metrics.m   DESC  "],
    ["metrics.m ASC DESC"],
    ["'metrics.m'"],
    ["metrics.'m'"],
    ['"start_time"'],
    ["1"],
]


def create(client: MlflowClient, where: str) -> dict[str, str]:
    """A run's id by its name; where two runs start together, ids are in the order of RUNS."""
    made: dict[int, list[str]] = {}
    for _, start, *_ in RUNS:
        run_id = client.create_run(where, start_time=start).info.run_id
        made.setdefault(start, []).append(run_id)
    for ids in made.values():
        ids.sort(reverse=True)
    return {name: made[start].pop() for name, start, *_ in RUNS}


def write(client: MlflowClient, where: str) -> dict[str, str]:
    ids = create(client, where)
    for name, start, status, metrics, params, tags in RUNS:
        client.update_run(ids[name], name=name)
        client.log_batch(
            ids[name],
            [Metric(key, value, 1, 0) for key, value in metrics.items()],
            [Param(key, value) for key, value in params.items()],
            [RunTag(key, value) for key, value in tags.items()],
        )
        if status in ("FINISHED", "FAILED", "KILLED"):
            client.set_terminated(ids[name], status, end_time=start + 1000)
        elif status != "RUNNING":
            client.update_run(ids[name], status=status)
    return ids


def names(result: dict[str, Any]) -> Any:
    """The names of the runs that were found, or the error."""
    if "result" not in result:
        return result
    return [run["info"]["run_name"] for run in result["result"]]


def by_id(result: dict[str, Any]) -> bool:
    """Whether the runs are in the order of their ids, which differ from server to server."""
    ids = [run["info"]["run_id"] for run in result["result"]]
    return len(ids) == len(RUNS) and ids == sorted(ids)


def main() -> None:
    client = MlflowClient()
    where = client.create_experiment(unique("search runs"))
    ids = write(client, where)
    values = ids | {"A": ids["a"].upper()}
    filters = {}
    for text in FILTERS:
        wanted = text
        for name, run_id in values.items():
            wanted = wanted.replace(f"{{{name}}}", run_id)
        filters[text] = names(attempt(client.search_runs, [where], wanted))
    orders = {}
    for order in ORDERS:
        found = attempt(client.search_runs, [where], order_by=order)
        in_order_of_id = order in (["run_id"], ["artifact_uri"])
        orders[" | ".join(order)] = by_id(found) if in_order_of_id else names(found)
    pages = []
    token = None
    while token or not pages:
        page = client.search_runs(
            [where], "", max_results=3, order_by=["metrics.m DESC"], page_token=token
        )
        pages.append([run.info.run_name for run in page])
        token = page.token
    emit({"filters": filters, "orders": orders, "pages": pages})


if __name__ == "__main__":
    main()
