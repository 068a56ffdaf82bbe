"""Who may ask the page's server what, and that a file is written when asked and not before."""

from __future__ import annotations

import http.client
import json
import threading

import pytest

from flowsheet.edit.desk import Desk
from flowsheet.edit.file import EditedFile
from flowsheet.edit.server import EditServer


@pytest.fixture
def server(plant):
    made = EditServer(Desk(EditedFile.opened(str(plant))))
    worker = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    worker.start()
    yield made
    made.shutdown()
    made.server_close()
    worker.join()


def request(server, method, path, body=None, **headers):
    """Status, headers and content of an answer; the page's own headers unless told otherwise."""
    own = {
        "Host": f"127.0.0.1:{server.server_port}",
        "Cookie": f"{server.cookie}={server.token}",
        "Origin": server.origin,
        "Content_Type": "application/json",
    }
    sent = {name: value for name, value in {**own, **headers}.items() if value is not None}
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    content = b"" if body is None else json.dumps(body).encode()
    sent.setdefault("Content_Length", str(len(content)))
    for name, value in sent.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders(content)
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


EVERYTHING = [
    ("GET", "/"),
    ("GET", "/start"),
    ("GET", "/schema"),
    ("GET", "/news"),
    ("GET", "/edit.js"),
    ("POST", "/text"),
    ("POST", "/slide"),
    ("POST", "/save"),
    ("POST", "/compare"),
]


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
@pytest.mark.parametrize("cookie", [None, "", "flowsheet-1=guess", "{name}=guess", '{name}="', "; ;=,"])
def test_nothing_is_answered_without_the_token(server, plant, method, path, cookie):
    before = plant.read_bytes()
    given = cookie and cookie.format(name=server.cookie)
    status, _, content = request(
        server, method, path, {"text": "", "over": True, "revision": 1}, Cookie=given
    )
    assert status == 403
    assert "error" in json.loads(content)
    assert plant.read_bytes() == before


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""])
def test_a_name_that_was_made_to_point_here_gets_nothing(server, method, path, host):
    assert request(server, method, path, {"text": "", "revision": 1}, Host=host)[0] == 403


@pytest.mark.parametrize("path", ["/text", "/slide", "/save", "/compare"])
@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1"]
)
def test_another_page_can_t_change_anything(server, plant, path, origin):
    before = plant.read_bytes()
    assert request(server, "POST", path, {"text": "", "over": True, "revision": 1}, Origin=origin)[0] == 403
    assert plant.read_bytes() == before


def test_a_form_of_another_page_can_t_change_anything(server, plant):
    before = plant.read_bytes()
    assert request(server, "POST", "/save", {"text": ""}, Content_Type="text/plain")[0] == 403
    assert plant.read_bytes() == before


def test_it_listens_on_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"


def test_the_address_trades_its_token_for_a_cookie_and_leaves_it(server):
    path = server.address.removeprefix(server.origin)
    status, headers, _ = request(server, "GET", path, Cookie=None)
    assert (status, headers["Location"]) == (303, "/")
    assert "HttpOnly" in headers["Set-Cookie"]
    assert "SameSite=Strict" in headers["Set-Cookie"]
    assert request(server, "GET", path + "x", Cookie=None)[0] == 403
    assert request(server, "GET", "/", Cookie=headers["Set-Cookie"].partition(";")[0])[0] == 200


def test_the_page_may_reach_nothing_but_its_server(server):
    _, headers, content = request(server, "GET", "/")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers
    assert server.token.encode() not in content
    assert b"//" not in content.replace(b"<!--", b"")


@pytest.mark.parametrize(
    "path", ["/../desk.py", "/%2e%2e/desk.py", "/edit.html", "/codemirror-LICENSES.txt", "//etc/passwd"]
)
def test_only_what_the_page_loads_is_there(server, path):
    assert request(server, "GET", path)[0] == 404


@pytest.mark.parametrize("name", ["edit.js", "codemirror.min.js", "edit.css", "diagram.css"])
def test_what_the_page_loads_is_there(server, name):
    status, headers, content = request(server, "GET", f"/{name}")
    assert (status, len(content) > 100) == (200, True)
    assert headers["Content-Type"].startswith("text/")


@pytest.mark.parametrize("body", [{}, [], 3, {"text": 3, "revision": 1}, {"text": "", "revision": "1"}])
def test_a_question_without_sense_is_refused_in_words(server, body):
    status, _, content = request(server, "POST", "/text", body)
    assert status == 400
    assert json.loads(content)["error"]


def test_a_question_that_is_far_too_long_is_not_read(server):
    assert request(server, "POST", "/text", Content_Length="5000000")[0] == 400


def test_errors_come_with_their_places(server, plant):
    text = plant.read_text().replace("unit: filter", "unit: fliter")
    said = json.loads(request(server, "POST", "/text", {"text": text, "revision": 1})[2])
    places = [
        (d["where"]["line"], d["where"]["column"]) for d in said["diagnostics"] if d["severity"] == "error"
    ]
    assert (16, 11) in places
    assert said["ready"] is False


def test_an_error_in_an_imported_file_names_that_file(server, plant):
    (plant.parent / "part.yaml").write_text("feeds: {steam: {aqua: 3}}\n")
    text = "imports: part.yaml\n" + plant.read_text()
    said = json.loads(request(server, "POST", "/text", {"text": text, "revision": 1})[2])
    assert any("part.yaml:1:" in (d["elsewhere"] or "") for d in said["diagnostics"])


def test_a_slider_answers_with_the_edit_to_make(server, plant):
    text = plant.read_text().replace("# what the residue", "# \N{DROPLET} what the residue")
    text = text.replace("# A pressed", "# \N{FACTORY} A pressed")
    said = json.loads(
        request(server, "POST", "/slide", {"text": text, "revision": 1, "name": "water.flow", "value": 33})[2]
    )
    edit, in_script = said["edit"], text.encode("utf-16-le")
    assert in_script[2 * edit["from"] : 2 * edit["to"]].decode("utf-16-le") == "20"
    assert edit["insert"] == "33"
    assert next(s for s in said["sliders"] if s["name"] == "water.flow")["value"] == 33


@pytest.mark.parametrize("question", [{"name": "no.such", "value": 3}, {"name": "water.flow", "value": "3"}])
def test_a_slider_that_isn_t_there_is_refused(server, plant, question):
    asked = {"text": plant.read_text(), "revision": 1, **question}
    assert request(server, "POST", "/slide", asked)[0] == 400


def test_the_file_is_written_when_asked_and_not_before(server, plant):
    before = plant.read_text()
    changed = before.replace("flow: 20 kg/h", "flow: 25 kg/h")
    request(server, "POST", "/text", {"text": changed, "revision": 1})
    request(server, "POST", "/slide", {"text": changed, "revision": 2, "name": "water.flow", "value": 9})
    assert plant.read_text() == before
    assert json.loads(request(server, "POST", "/save", {"text": changed})[2]) == {"saved": str(plant)}
    assert plant.read_text() == changed
    assert sorted(p.name for p in plant.parent.iterdir()) == ["plant.yaml"]


def test_what_another_program_wrote_is_overwritten_only_when_told(server, plant):
    plant.write_text("# written elsewhere\n")
    said = json.loads(request(server, "POST", "/save", {"text": "a: b\n"})[2])
    assert said == {"saved": None, "is_there": str(plant)}
    assert plant.read_text() == "# written elsewhere\n"
    request(server, "POST", "/save", {"text": "a: b\n", "over": True})
    assert plant.read_text() == "a: b\n"


def test_the_schema_is_that_of_flowsheet_schema(server):
    from flowsheet.cli.schema import schema_text

    assert json.loads(request(server, "GET", "/schema")[2]) == json.loads(schema_text())
