"""The table for people: a line a row, both systems, the ratio."""

from benchmarks.cases.base import Row
from benchmarks.results import CaseResult, Results


def render(results: Results) -> str:
    """Markdown: the table, its remarks, and what a reader needs to repeat it."""
    names = list(results.systems)
    heads = ["Case", "Unit", *results.systems.values()]
    both = {"sagwan", "mlflow"} <= set(names)
    if both:
        heads.append("Ratio")
    lines = [_line(heads), _line(["---", "---", *["--:"] * (len(heads) - 2)])]
    remarks: list[str] = []
    for case in results.cases:
        for row in case.rows:
            cells = [row.label, row.unit]
            cells += [_cell(case, name, row) for name in names]
            if both:
                cells.append(_ratio_cell(case, row))
            lines.append(_line(cells))
        remarks += _remarks(case, results)
    lines += ["", *_conditions(results)]
    if remarks:
        lines += ["", *(f"- {remark}" for remark in remarks)]
    return "\n".join(lines) + "\n"


def ratio(sagwan: float, mlflow: float, higher_is_better: bool) -> float | None:
    """How many times better Sagwan is; None where a division makes no sense."""
    above, below = (sagwan, mlflow) if higher_is_better else (mlflow, sagwan)
    return above / below if below > 0 else None


def number(value: float) -> str:
    """Three significant digits, thousands separated, no exponent."""
    if value == 0:
        return "0"
    magnitude = abs(value)
    if magnitude >= 99.95:
        digits = len(str(int(magnitude))) - 3
        return f"{round(value, -max(digits, 0)):,.0f}"
    for limit, places in ((9.995, 1), (0.9995, 2), (0.09995, 3)):
        if magnitude >= limit:
            return f"{value:.{places}f}"
    return f"{value:.4f}"


def _cell(case: CaseResult, name: str, row: Row) -> str:
    outcome = case.outcomes.get(name)
    value = outcome.median(row.key) if outcome else None
    if value is None:
        return "–"
    return number(value) if row.unit else f"{value:.0f}"


def _ratio_cell(case: CaseResult, row: Row) -> str:
    medians = [
        outcome.median(row.key)
        for name in ("sagwan", "mlflow")
        if (outcome := case.outcomes.get(name)) is not None
    ]
    if len(medians) < 2 or medians[0] is None or medians[1] is None:
        return "–"
    times = ratio(medians[0], medians[1], row.higher_is_better)
    return "–" if times is None else f"{number(times)}×"


def _remarks(case: CaseResult, results: Results) -> list[str]:
    found = []
    for name, outcome in case.outcomes.items():
        said = [outcome.error] if outcome.error else list(dict.fromkeys(outcome.remarks))
        found += [f"{case.name}, {results.systems[name]}: {text}" for text in said]
    return found


def _conditions(results: Results) -> list[str]:
    where = "; ".join(f"{name}: {value}" for name, value in results.environment.items())
    conditions = [f"Command: `{results.command}`. {where}."]
    if results.quick:
        conditions += ["", "A quick run: a second of load and a tenth of the data that rows name."]
    return conditions


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
