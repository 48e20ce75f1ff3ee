"""Rules of traces and their spans."""

from collections.abc import Sequence

from sagwan.domain.search.fields import TRACES
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.domain.traces import (
    FINAL_METADATA,
    IN_STORE,
    LOCATION_TAG,
    MERGED_FROM,
    NAME_TAG,
    RUN_METADATA,
    SPANS_TAG,
)
from sagwan.entities import Page
from sagwan.entities.traces import Span, TraceInfo, TraceState
from sagwan.errors import InvalidParameter, NotFound
from sagwan.storage.traces import NewTrace, SpanBatch, TraceEnd, TraceQuery
from sagwan.storage.trash import ThingKind, TrashFilter
from sagwan.testing.storage.experiments import inactive
from sagwan.testing.storage.lab import Lab

NO_TOKEN = "Invalid page token: pass the token that the page before returned, with the same query."


def unknown(trace_id: str) -> str:
    return f"Trace with ID '{trace_id}' not found."


def span(name: str, start: int = 1, *, root: bool = False, text: str = "") -> Span:
    return Span(name, root, start, b'{"name":"' + (text or name).encode() + b'"}')


def start(lab: Lab, trace_id: str, number: int = 0, time: int = 5, **more: object) -> TraceInfo:
    info = TraceInfo(trace_id, number, time, **more)  # type: ignore[arg-type]
    return lab(lab.store.traces.start(NewTrace(info)))


def log(lab: Lab, batch: SpanBatch, number: int = 0) -> None:
    lab(lab.store.traces.log_spans(number, [batch]))


def spans_of(lab: Lab, trace_id: str) -> list[Span]:
    return lab(lab.store.traces.read([trace_id]))[0].spans


def place(lab: Lab, trace_id: str, number: int = 0) -> str:
    location = lab(lab.store.experiments.get(number)).artifact_location
    return f"{location}/traces/{trace_id}/artifacts"


class TraceRules:
    def test_a_trace_has_what_was_said_of_it(self, lab: Lab) -> None:
        number = lab.experiment()
        made = start(
            lab,
            "tr-é",
            number,
            7,
            execution_duration=250,
            state=TraceState.OK,
            client_request_id="요청 ",
            request_preview='{"x": 1}',
            response_preview="λ" * 1000,
            metadata={"b": "2 ", "a": "값"},
            tags={NAME_TAG: "이름 "},
        )
        assert made == TraceInfo(
            "tr-é",
            number,
            7,
            250,
            TraceState.OK,
            "요청 ",
            '{"x": 1}',
            "λ" * 1000,
            {"a": "값", "b": "2 ", FINAL_METADATA: "true"},
            {LOCATION_TAG: place(lab, "tr-é", number), NAME_TAG: "이름 "},
        )
        assert list(made.metadata) == ["a", "b", FINAL_METADATA]
        assert lab(lab.store.traces.get("tr-é")) == made
        lab.refuses(NotFound, unknown("tr-É"), lab.store.traces.get("tr-É"))
        assert spans_of(lab, "tr-é") == []

    def test_the_experiment_must_be_there_and_active(self, lab: Lab) -> None:
        number = lab.experiment()
        lab(lab.store.experiments.delete(number, 2))
        batch = SpanBatch("t", [span("a")], 1)
        for of, error, message in (
            (99, NotFound, "No Experiment with id=99 exists"),
            (number, InvalidParameter, inactive(number)),
        ):
            new = NewTrace(TraceInfo("t", of, 1))
            lab.refuses(error, message, lab.store.traces.start(new))
            lab.refuses(error, message, lab.store.traces.log_spans(of, [batch]))
        lab.refuses(NotFound, unknown("t"), lab.store.traces.get("t"))

    def test_what_is_said_again_is_added(self, lab: Lab) -> None:
        start(lab, "t", request_preview="in", metadata={"a": "1", "b": "1"}, tags={"k": "v"})
        again = start(lab, "t", time=9, state=TraceState.ERROR, metadata={"b": "2"})
        assert (again.request_time, again.state) == (9, TraceState.ERROR)
        assert again.request_preview == "in"
        assert again.metadata == {"a": "1", "b": "2", FINAL_METADATA: "true"}
        assert again.tags["k"] == "v"

    def test_a_trace_that_was_begun_ends(self, lab: Lab) -> None:
        info = TraceInfo("t", 0, 5, metadata={"a": "1"}, tags={"a": "1"})
        begun = lab(lab.store.traces.start(NewTrace(info, final=False)))
        assert (begun.state, begun.execution_duration) == (TraceState.IN_PROGRESS, None)
        assert begun.metadata == {"a": "1"}
        end = TraceEnd("t", 17, TraceState.OK, {"b": "2"}, {"a": "2"})
        ended = lab(lab.store.traces.end(end))
        assert (ended.state, ended.execution_duration) == (TraceState.OK, 12)
        assert (ended.metadata, ended.tags["a"]) == ({"a": "1", "b": "2"}, "2")
        assert lab(lab.store.traces.get("t")) == ended
        gone = TraceEnd("?", 1, TraceState.OK, {}, {})
        lab.refuses(NotFound, unknown("?"), lab.store.traces.end(gone))

    def test_tags_are_set_and_deleted(self, lab: Lab) -> None:
        port = lab.store.traces
        start(lab, "t")
        lab(port.set_tag("t", "k ", "값"))
        lab(port.set_tag("t", "k ", "값 "))
        assert lab(port.get("t")).tags["k "] == "값 "
        lab(port.delete_tag("t", "k "))
        assert "k " not in lab(port.get("t")).tags
        absent = "No trace tag with key 'k ' for trace with ID 't'"
        lab.refuses(NotFound, absent, port.delete_tag("t", "k "))
        lab.refuses(NotFound, unknown("?"), port.set_tag("?", "k", "v"))
        lab.refuses(NotFound, unknown("?"), port.delete_tag("?", "k"))


class SpanRules:
    def test_spans_make_a_trace(self, lab: Lab) -> None:
        number = lab.experiment()
        log(lab, SpanBatch("t", [span("b", 3)], 5, 6, tags={"service": "s"}), number)
        partial = lab(lab.store.traces.get("t"))
        assert (partial.request_time, partial.execution_duration) == (5, 1)
        assert partial.state is TraceState.IN_PROGRESS
        root = SpanBatch(
            "t",
            [span("a", 9, root=True)],
            2,
            9,
            TraceState.OK,
            "이름",
            "in",
            "out",
            metadata={"user": "ada"},
        )
        log(lab, root, 99)
        assert lab(lab.store.traces.get("t")) == TraceInfo(
            "t",
            number,
            2,
            7,
            TraceState.OK,
            None,
            "in",
            "out",
            {"user": "ada"},
            {
                LOCATION_TAG: place(lab, "t", number),
                SPANS_TAG: IN_STORE,
                NAME_TAG: "이름",
                "service": "s",
            },
        )
        assert [one.span_id for one in spans_of(lab, "t")] == ["a", "b"]

    def test_what_the_client_says_goes_before_what_spans_say(self, lab: Lab) -> None:
        start(
            lab,
            "t",
            execution_duration=3,
            state=TraceState.ERROR,
            request_preview="said",
            metadata={"user": "bob"},
            tags={NAME_TAG: "said"},
        )
        late = SpanBatch(
            "t",
            [span("a", root=True)],
            1,
            99,
            TraceState.OK,
            "seen",
            "seen",
            "seen",
            {"k": "v"},
            {"user": "ada", "more": "1"},
        )
        log(lab, late)
        info = lab(lab.store.traces.get("t"))
        assert (info.request_time, info.execution_duration) == (5, 3)
        assert (info.state, info.request_preview) == (TraceState.ERROR, "said")
        assert info.response_preview == "seen"
        assert info.metadata == {"user": "bob", "more": "1", FINAL_METADATA: "true"}
        assert (info.tags[NAME_TAG], info.tags["k"]) == ("said", "v")
        assert info.tags[SPANS_TAG] == IN_STORE
        assert start(lab, "t").tags[SPANS_TAG] == IN_STORE

    def test_the_root_comes_first_then_who_began_first(self, lab: Lab) -> None:
        parts: Sequence[Span] = [span("c", 3), span("b", 2), span("z", 9, root=True)]
        for part in parts:
            log(lab, SpanBatch("t", [part], 1))
        expected = ["z", "b", "c"]
        assert [one.span_id for one in spans_of(lab, "t")] == expected
        start(lab, "t")
        assert [one.span_id for one in spans_of(lab, "t")] == expected

    def test_a_span_that_comes_again_is_replaced(self, lab: Lab) -> None:
        log(lab, SpanBatch("t", [span("a", text="old"), span("b")], 1))
        newer = span("a", text="new")
        log(lab, SpanBatch("t", [newer], 1))
        assert spans_of(lab, "t") == [newer, span("b")]
        start(lab, "t")
        newest = span("a", text="newest")
        log(lab, SpanBatch("t", [newest], 1))
        assert spans_of(lab, "t") == [newest, span("b")]

    def test_many_pieces_are_one_trace(self, lab: Lab) -> None:
        count = MERGED_FROM + 5
        for number in range(count):
            log(lab, SpanBatch("t", [span(f"{number:03}", number)], number))
        assert [one.start for one in spans_of(lab, "t")] == list(range(count))

    def test_traces_are_logged_and_read_together(self, lab: Lab) -> None:
        port = lab.store.traces
        number = lab.experiment()
        start(lab, "c", number)
        batches = [SpanBatch(name, [span(name + "1")], 1) for name in "bac"]
        lab(port.log_spans(0, batches))
        found = lab(port.read(["c", "?", "a", "b", "a"]))
        assert [trace.info.trace_id for trace in found] == ["c", "a", "b"]
        assert [trace.info.experiment_id for trace in found] == [number, 0, 0]
        assert [[one.span_id for one in trace.spans] for trace in found] == [["c1"], ["a1"], ["b1"]]
        assert [one.info.trace_id for one in lab(port.read(["a", "c"], [number]))] == ["c"]
        assert lab(port.read(["a"], spans=False))[0].spans == []

    def test_traces_that_come_at_once_are_all_kept(self, lab: Lab) -> None:
        port = lab.store.traces
        calls = [
            port.log_spans(0, [SpanBatch(f"t{n % 3}", [span(f"s{n}", n)], n)]) for n in range(9)
        ]
        calls += [port.log_spans(99, [SpanBatch("x", [span("s")], 1)])]
        answers = lab.together(*calls)
        assert answers[:9] == [None] * 9
        assert isinstance(answers[9], NotFound)
        assert [one.span_id for one in spans_of(lab, "t1")] == ["s1", "s4", "s7"]


class TraceDeletionRules:
    def test_named_traces_of_the_experiment_are_deleted(self, lab: Lab) -> None:
        port = lab.store.traces
        number = lab.experiment()
        for name in "ab":
            log(lab, SpanBatch(name, [span("s")], 1, metadata={"k": "v"}))
        start(lab, "c", number)
        lab(port.link_to_run(["a"], lab.run()))
        assert lab(port.delete(0, ["a", "a", "c", "?"])) == 1
        assert [one.info.trace_id for one in lab(port.read(["a", "b", "c"]))] == ["b", "c"]
        log(lab, SpanBatch("a", [span("new")], 1))
        assert [one.span_id for one in spans_of(lab, "a")] == ["new"]
        assert lab(port.get("a")).metadata == {}

    def test_the_oldest_are_deleted_first(self, lab: Lab) -> None:
        port = lab.store.traces
        for name, time in (("a", 3), ("b", 1), ("c", 2), ("d", 9)):
            start(lab, name, time=time)
        assert lab(port.delete_until(0, 3, 2)) == 2
        assert [one.info.trace_id for one in lab(port.read([*"abcd"]))] == ["a", "d"]
        assert lab(port.delete_until(0, 3, 5)) == 1
        assert lab(port.delete_until(99, 3, 5)) == 0

    def test_traces_outlive_their_experiment_until_they_are_deleted(self, lab: Lab) -> None:
        number = lab.experiment()
        start(lab, "t", number)
        lab(lab.store.experiments.delete(number, 2))
        things = lab(lab.store.trash.things(TrashFilter(), ThingKind.EXPERIMENT, -1, 9))
        assert lab(lab.store.trash.discard(things)).things == things
        late = SpanBatch("new", [span("s")], 1)
        gone = f"No Experiment with id={number} exists"
        lab.refuses(NotFound, gone, lab.store.traces.log_spans(number, [late]))
        assert lab(lab.store.traces.delete_until(number, 2**63 - 1, 9)) == 1
        lab.refuses(NotFound, unknown("t"), lab.store.traces.get("t"))


def _search(lab: Lab, text: str = "", *order: str, limit: int = 9) -> Page[TraceInfo]:
    query = TraceQuery([0], parse_filter(text, TRACES), parse_order_by(order, TRACES), limit)
    return lab(lab.store.traces.search(query))


def found(lab: Lab, text: str = "", *order: str) -> str:
    return "".join(trace.trace_id for trace in _search(lab, text, *order).items)


class TraceSearchRules:
    def fill(self, lab: Lab) -> None:
        ok, failed = TraceState.OK, TraceState.ERROR
        start(lab, "a", time=1, execution_duration=9, state=ok, tags={NAME_TAG: "f", "k": "v"})
        start(lab, "b", time=2, execution_duration=3, state=failed, tags={NAME_TAG: "é"})
        start(lab, "c", time=2, state=TraceState.IN_PROGRESS, client_request_id="x")
        start(lab, "d", time=5, execution_duration=1, state=ok, metadata={"m.n": "1"})
        start(lab, "e", lab.experiment())

    def test_filters(self, lab: Lab) -> None:
        self.fill(lab)
        for text, expected in {
            "": "dbca",
            "status = 'OK'": "da",
            "trace.status != 'OK'": "bc",
            "attributes.status IN ('ERROR', 'IN_PROGRESS')": "bc",
            "status = 'ok'": "",
            "timestamp_ms >= 2": "dbc",
            "timestamp = 1 AND execution_time > 8": "a",
            "execution_time_ms < 5": "db",
            "end_time = 10": "a",
            "name = 'f'": "a",
            "name != 'f'": "b",
            "name IN ('f', 'é')": "ba",
            "name LIKE 'F'": "",
            "name ILIKE 'É'": "b",
            "request_id = 'c'": "c",
            "request_id NOT IN ('c', 'd')": "ba",
            "client_request_id = 'x'": "c",
            "tags.k = 'v'": "a",
            "tag.k IS NULL": "dbc",
            "tags.`mlflow.traceName` IS NOT NULL": "ba",
            "metadata.`m.n` = '1'": "d",
            "request_metadata.m.n LIKE '_'": "d",
            "metadata.`m.n` IS NULL": "bca",
        }.items():
            assert found(lab, text) == expected, text

    def test_a_run_has_the_traces_of_it_and_those_linked(self, lab: Lab) -> None:
        self.fill(lab)
        run, other = lab.run(), lab.run("other")
        start(lab, "r", metadata={RUN_METADATA: run})
        lab(lab.store.traces.link_to_run(["a", "?", "a"], run))
        lab(lab.store.traces.link_to_run(["a", "r"], other))
        assert found(lab, f"run_id = '{run}'", "request_id") == "ar"
        assert found(lab, f"run_id IN ('{other}', 'x')", "request_id") == "ar"
        assert found(lab, f"attributes.run_id = '{other}' AND run_id = '{run}'") == "ra"
        assert found(lab, "run_id = 'x'") == ""
        assert found(lab, "", "run_id", "request_id") == "rabcd"
        missing = lab.store.traces.link_to_run(["a"], "nowhere")
        lab.refuses(NotFound, "Run with id=nowhere not found", missing)

    def test_orders(self, lab: Lab) -> None:
        self.fill(lab)
        for order, expected in {
            ("timestamp ASC",): "abcd",
            ("timestamp_ms DESC", "request_id DESC"): "dcba",
            ("execution_time ASC",): "dbac",
            ("execution_time DESC",): "abdc",
            ("end_time DESC",): "adbc",
            ("status ASC", "request_id ASC"): "bcad",
            ("name ASC",): "abdc",
            ("name DESC",): "badc",
            ("tags.k",): "adbc",
            ("metadata.`m.n` DESC",): "dbca",
            ("experiment_id", "request_id"): "abcd",
        }.items():
            assert found(lab, "", *order) == expected, order

    def test_pages_go_on_where_the_last_one_ended(self, lab: Lab) -> None:
        self.fill(lab)
        for order in ((), ("execution_time DESC",), ("name",)):
            query = TraceQuery([0], (), parse_order_by(order, TRACES), 1)
            seen = ""
            while True:
                page = lab(lab.store.traces.search(query))
                seen += "".join(trace.trace_id for trace in page.items)
                query.page_token = page.next_page_token
                if query.page_token is None:
                    break
            assert seen == found(lab, "", *order)
        token = _search(lab, limit=1).next_page_token
        other = TraceQuery([0], parse_filter("status = 'OK'", TRACES), (), 1, token)
        lab.refuses(InvalidParameter, NO_TOKEN, lab.store.traces.search(other))

    def test_unknown_experiments_have_none(self, lab: Lab) -> None:
        assert lab(lab.store.traces.search(TraceQuery([99]))).items == []
        assert lab(lab.store.traces.search(TraceQuery([]))).items == []
