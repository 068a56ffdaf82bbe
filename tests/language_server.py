"""A small client of the YAML language server that VS Code, JetBrains' LSP plugins and vim use."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

PATIENCE = 60.0
"""[s] that an answer may take: the schema is read at the first question."""


class LanguageServer:
    """One server over its standard input and output, with the settings of an editor that has none."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.folder = folder
        command = [str(program), "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self.answers: dict[int, Queue[dict[str, Any]]] = {}
        self.published: Queue[dict[str, Any]] = Queue()
        self.number = 0
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri(),
                "capabilities": {
                    "workspace": {"configuration": True},
                    "textDocument": {
                        "hover": {"contentFormat": ["markdown"]},
                        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                    },
                },
            },
        )
        self.tell("initialized", {})

    def close(self) -> None:
        """End the server."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.communicate(timeout=PATIENCE)

    def open(self, name: str, text: str) -> Document:
        """Open a document of the folder as an editor does, before it is saved."""
        uri = (self.folder / name).as_uri()
        self.tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
        )
        return Document(self, uri, text)

    def tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        self.number += 1
        answer = self.answers.setdefault(self.number, Queue())
        self._send({"id": self.number, "method": method, "params": params})
        reply = answer.get(timeout=PATIENCE)
        if "error" in reply:
            raise AssertionError(reply["error"])
        return reply["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            length = int(line.split(b":")[1])
            while self.process.stdout.readline().strip():
                continue
            self._take(json.loads(self.process.stdout.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self.answers[message["id"]].put(message)
        elif message["method"] == "textDocument/publishDiagnostics":
            self.published.put(message["params"])
        elif "id" in message:
            asked = (
                message["params"].get("items", []) if message["method"] == "workspace/configuration" else []
            )
            self._send({"id": message["id"], "result": [_setting(item) for item in asked] or None})


def _setting(item: dict[str, Any]) -> Any:
    """Settings as an editor has them from the start, but no list of schemas from the network."""
    store = {"schemaStore": {"enable": False}, "kubernetesCRDStore": {"enable": False}}
    on = {"validate": True, "hover": True, "completion": True}
    return {**store, **on} if item.get("section") == "yaml" else {}


class Document:
    """A document that is open in the server; a place in it is told by the text before it."""

    def __init__(self, server: LanguageServer, uri: str, text: str) -> None:
        self.server, self.uri, self.text = server, uri, text

    def ask(self, question: str, before: str, column: int = 0) -> Any:
        """The server's answer at the end of a text that is there once, or `column` characters from it."""
        assert self.text.count(before) == 1, f"{before!r} is there {self.text.count(before)} times"
        head = self.text[: self.text.index(before) + len(before)]
        position = {"line": head.count("\n"), "character": len(head) - head.rfind("\n") - 1 + column}
        where = {"textDocument": {"uri": self.uri}, "position": position}
        return self.server.ask(f"textDocument/{question}", where)

    def completion(self, before: str) -> dict[str, dict[str, Any]]:
        """What is offered after a text, by label."""
        return {item["label"]: item for item in self.ask("completion", before)["items"]}

    def hover(self, over: str) -> str:
        """What is shown over the last character of a text."""
        answer = self.ask("hover", over, -1)
        return answer["contents"]["value"] if answer else ""

    def findings(self) -> list[tuple[int, str]]:
        """The lines that the server finds fault with, from 1, and what it says."""
        while True:
            try:
                published = self.server.published.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError("the server says nothing of the document") from None
            if published["uri"] == self.uri:
                return [(d["range"]["start"]["line"] + 1, d["message"]) for d in published["diagnostics"]]
