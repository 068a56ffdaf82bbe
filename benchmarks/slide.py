"""From a slider's move to the figures: what `flowsheet edit` takes, move by move, over HTTP as the page asks.

    python benchmarks/slide.py [FLOWSHEET ...]     # names or paths; two that ship if none is given

Every variable of `optimise:` goes up by a twentieth of its range, and back, as a hand drags it.  The time
runs from the request until the news with the solved plant is read; it is also given as a ratio to the plant's
cold solve in the same run.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from flowsheet.edit.desk import Desk
from flowsheet.edit.file import EditedFile
from flowsheet.edit.server import EditServer
from flowsheet.solve.case import case_of, load
from flowsheet.solve.simulate import simulate

SHARE = 0.05
AT_REST = 15.0
"""[s] without news after which the page has all that it waits for."""


class Page:
    """What the browser does: asks, and hears the news."""

    def __init__(self, server: EditServer) -> None:
        self.port, self.revision = server.server_port, 0
        self.headers = {
            "Cookie": f"{server.cookie}={server.token}",
            "Origin": server.origin,
            "Content-Type": "application/json",
        }
        self.stream = http.client.HTTPConnection("127.0.0.1", self.port)
        self.stream.request("GET", "/news", headers=self.headers)
        self.news = self._heard(self.stream.getresponse())

    def _heard(self, answer: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
        for line in answer:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))

    def ask(self, path: str, **question: Any) -> dict[str, Any]:
        self.revision += 1
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", path, json.dumps({**question, "revision": self.revision}), self.headers)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def figures(self) -> dict[str, Any]:
        """The news with the plant that was asked for last."""
        while True:
            news = next(self.news)
            if news["revision"] == self.revision and news["state"] in ("solved", "failed", "faulty"):
                return news


def measured(name: str) -> None:
    file = EditedFile.opened(name)
    case = case_of(load(file.source))
    began = time.perf_counter()
    simulate(case.plant, case.p)
    cold = time.perf_counter() - began
    server = EditServer(Desk(file))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page, text = Page(server), file.text
    said = page.ask("/text", text=text)
    page.figures()
    time.sleep(AT_REST)
    taken: dict[str, list[float]] = {}
    checks = []
    for slider in said["sliders"]:
        step = SHARE * (slider["upper"] - slider["lower"])
        up = slider["value"] + step
        for value in (up if up <= slider["upper"] else slider["value"] - step, slider["value"]):
            began = time.perf_counter()
            moved = page.ask("/slide", text=text, name=slider["name"], value=value)
            checks.append(time.perf_counter() - began)
            state = page.figures()["state"]
            seconds = time.perf_counter() - began
            edit = moved["edit"]
            text = text[: edit["from"]] + edit["insert"] + text[edit["to"] :]
            taken.setdefault(slider["name"], []).append(seconds)
            if state != "solved":
                print(f"  {slider['name']} at {value:g}: {state}")
            time.sleep(0.1)
    server.shutdown()
    server.server_close()
    print(f"{name}: {len(case.plant.model.equations):,} equations, cold solve {cold:.2f} s")
    for variable, seconds in taken.items():
        print(f"  {variable:36s}" + "".join(f"{s:8.3f} s" for s in seconds) + f"{max(seconds) / cold:9.3f}")
    every = [s for seconds in taken.values() for s in seconds]
    print(
        f"  median {median(every):.3f} s, {median(every) / cold:.3f} of the cold solve; "
        f"longest {max(every):.3f} s, {max(every) / cold:.3f}; the answer {median(checks):.3f} s"
    )


if __name__ == "__main__":
    for flowsheet in sys.argv[1:] or ["magnet_acid_free", "nmc_black_mass"]:
        measured(flowsheet)
