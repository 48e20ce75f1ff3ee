"""A conversation is kept whole, and said again finds every answer that is another one."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.compat.normalize import Json
from tests.compat.recording.allowed import unexpected
from tests.compat.recording.exchange import Body, Conversation, Exchange, instead_of
from tests.compat.recording.naming import Namer, NobodySentIt
from tests.compat.recording.proxy import Noted, recording_proxy
from tests.compat.recording.replay import Answered, Replay, Wrong

NOW = 1_800_000_000_000
RUN, OTHER, SAID = "7" * 32, "8" * 32, "5" * 32
KIND = {"content-type": "application/json"}
API = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
LARGE = bytes(range(256)) * 20


def said(method: str, target: str, body: Json = None, answer: Json = None, **more: Json) -> Noted:
    content = body if isinstance(body, bytes) else b"" if body is None else dumped(body)
    answered = answer if isinstance(answer, bytes) else dumped(answer)
    kind = {} if isinstance(answer, bytes) else KIND
    return Noted(method, target, more.get("headers", {}), content, 200, kind, answered)


def dumped(value: Json) -> bytes:
    return json.dumps(value).encode()


def kept(*noted: Noted) -> list[Exchange]:
    namer = Namer("/tmp/own", NOW)
    return [namer.exchange(each) for each in noted]


CREATED = said(
    "POST",
    f"{API}/runs/create",
    {"experiment_id": "0", "start_time": NOW - 5, "tags": [{"key": "a", "value": SAID}]},
    {"run_id": RUN, "start_time": NOW - 5, "creation_time": NOW, "name": "wise-owl-4", "t": SAID},
)
FOUND = said(
    "GET",
    f"{API}/search?id=%27{RUN}%27&path=%2F7654001%2F&folder=%2Ftmp%2Fown",
    answer={"runs": [{"key": "b", "value": f"x/7654001/{RUN}"}], "next_page_token": "a=="},
)
NEXT = said("GET", f"{API}/search?page_token=a%3D%3D", answer={"runs": []})


def test_what_the_server_chose_has_names() -> None:
    created, found, following = kept(CREATED, FOUND, NEXT)
    assert created.body.value["tags"] == [{"key": "a", "value": SAID}]
    assert created.answer.value == {
        "run_id": "<id 1>",
        "start_time": NOW - 5,
        "creation_time": "<time>",
        "name": "<name 1>",
        "t": SAID,
    }
    assert found.target == f"{API}/search?id=%27<id 1>%27&path=%2F7654001%2F&folder=<folder>"
    assert found.answer.value["next_page_token"] == "<token 1>"
    assert following.target == f"{API}/search?page_token=<token 1>"


def test_files_are_told_by_their_digests() -> None:
    sent, got, part = kept(
        said("PUT", f"{FILES}/a", LARGE, {}),
        said("GET", f"{FILES}/a", answer=LARGE),
        said("GET", f"{FILES}/a", answer=LARGE[5:9], headers={"range": "bytes=5-8"}),
    )
    assert sent.body.form == "file"
    assert got.answer == sent.body
    assert part.answer.form == "text" or part.answer.value[2:] == [5, 8]
    with pytest.raises(NobodySentIt):
        kept(said("GET", f"{FILES}/a", answer=LARGE))


def test_is_kept_whole(tmp_path: Path) -> None:
    row = {"key": "m", "value": 1.0, "step": 2}
    long = [{"key": "k" * 40, "value": [number]} for number in range(5)]
    body = Body("json", {"rows": [row] * 3, "long": long, "text": "v" * 500, "line": "\u2028"})
    exchanges = [Exchange("POST", "/a", {"range": "x"}, body, 200, body) for _ in range(2)]
    Conversation({"program": "p"}, exchanges).write(tmp_path / "kept")
    again = Conversation.read(tmp_path / "kept")
    assert again == Conversation({"program": "p"}, exchanges)
    assert (tmp_path / "kept").stat().st_size < 1800


def replayed(exchanges: list[Exchange], *answers: Json) -> tuple[list[Wrong], list[list[Json]]]:
    asked: list[list[Json]] = []
    coming: Iterator[Json] = iter(answers)

    def ask(method: str, target: str, headers: dict[str, str], body: bytes) -> Answered:
        asked.append([method, target, headers, body])
        answer = next(coming)
        return answer if isinstance(answer, Answered) else Answered(200, dumped(answer))

    return [*Replay(ask, NOW + 1000).wrong(Conversation({}, exchanges))], asked


def test_another_server_chooses_other_ids() -> None:
    created = CREATED.answer.replace(RUN.encode(), OTHER.encode()).replace(b"wise", b"old")
    answers = [json.loads(created), {"runs": [], "next_page_token": "b&"}, {"runs": []}]
    found = [{"key": "b", "value": f"x/7654001/{OTHER}"}]
    answers[1]["runs"] = found
    wrong, asked = replayed(kept(CREATED, FOUND, NEXT), *answers)
    assert wrong == []
    assert f"%27{OTHER}%27" in asked[1][1]
    assert asked[2][1].endswith("?page_token=b%26")


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/run_id", {"run_id": "short"}),
        ("/start_time", {"start_time": NOW}),
        ("/creation_time", {"creation_time": 5}),
        ("/name", {"name": "Other"}),
        ("/t", {"t": None}),
        ("/more", {"more": 0}),
    ],
)
def test_another_answer_is_found(path: str, change: dict[str, Json]) -> None:
    answer = json.loads(CREATED.answer) | change
    (wrong,), _ = replayed(kept(CREATED), answer)
    assert [each.path for each in wrong.differences] == [path]


def test_a_name_keeps_its_meaning() -> None:
    answer = {"runs": [{"key": "b", "value": f"x/7654001/{RUN}"}], "next_page_token": "t"}
    created = json.loads(CREATED.answer) | {"run_id": OTHER}
    wrong, _ = replayed(kept(CREATED, FOUND), created, answer)
    assert [each.path for each in wrong[0].differences] == ["/runs/0/value"]


def test_bytes_that_are_not_kept_are_made_up() -> None:
    exchanges = kept(said("PUT", f"{FILES}/a", LARGE, {}), said("GET", f"{FILES}/a", answer=LARGE))
    made = instead_of(exchanges[0].body.value[1], len(LARGE))
    wrong, asked = replayed(exchanges, {}, Answered(200, made))
    assert wrong == []
    assert asked[0][3] == made
    wrong, _ = replayed(exchanges, {}, Answered(200, LARGE))
    assert [each.number for each in wrong] == [1]


def test_only_what_is_said_is_allowed() -> None:
    search = Noted("GET", f"{API}/runs/search?a", {}, b"", 400, KIND, b"")
    search.answer = dumped({"error_code": "X", "message": "one's words", "sqlstate": "1"})
    refused = {"error_code": "X", "message": "another's"}
    wrong, _ = replayed(kept(search), Answered(400, dumped(refused)))
    assert len(wrong) == 1
    assert [*unexpected("basics", wrong)] == []
    wrong, _ = replayed(kept(search), Answered(400, dumped(refused | {"error_code": "Y"})))
    (left,) = unexpected("basics", wrong)
    assert [each.path for each in left.differences] == ["/error_code"]
    search.status = 500
    wrong, _ = replayed(kept(search), Answered(400, dumped(refused)))
    assert [*unexpected("basics", wrong)] == []
    wrong, _ = replayed(kept(search), Answered(200, b"{}"))
    assert len([*unexpected("basics", wrong)]) == 1


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(201)
        self.send_header("x-target", self.path)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("body", [b"whole", [b"in ", b"pieces"]])
def test_a_proxy_notes_what_it_passes_on(body: Json) -> None:
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            with recording_proxy(f"http://127.0.0.1:{server.server_port}") as proxy:
                connection = HTTPConnection(proxy.url.removeprefix("http://"), timeout=60)
                connection.request("PUT", "/a%20b?c", body, {"x-mine": "1"})
                answer = connection.getresponse()
                content, (noted,) = answer.read(), proxy.seen
                connection.close()
        finally:
            server.shutdown()
            thread.join()
    sent = body if isinstance(body, bytes) else b"".join(body)
    assert (answer.status, content, answer.headers["x-target"]) == (201, sent, "/a%20b?c")
    assert (noted.method, noted.target, noted.headers["x-mine"]) == ("PUT", "/a%20b?c", "1")
    assert (noted.body, noted.status, noted.answer) == (sent, 201, sent)
