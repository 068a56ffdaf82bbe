"""Layout of a graph by the Eclipse Layout Kernel (elkjs)."""

from __future__ import annotations

from typing import Any

from flowsheet.report.page.scripts import answer_of

_ASK = """
const pending = [];
let answer = null;
globalThis.setTimeout = call => pending.push(call);
globalThis.postMessage = data => { answer = data; };
const ask = message => {
  globalThis.onmessage({ data: message });
  while (pending.length) pending.shift()();
  return answer;
};
ask({ id: 0, cmd: "register", algorithms: ["layered"] });
ask({ id: 1, cmd: "layout", graph: question, layoutOptions: {}, options: {} });
return answer.error ? { error: String(answer.error.message || answer.error) } : { data: answer.data };
"""
"""elkjs takes us for the page that it works for: it is asked by messages and answers with them."""


def lay_out(graph: dict[str, Any]) -> dict[str, Any]:
    """The graph (ELK's JSON form) with places of nodes, ports and labels, and sections of edges.

    Raises:
        ValueError: ELK refuses the graph.

    >>> box = {"width": 40, "height": 20}
    >>> graph = {"id": "plant", "layoutOptions": {"elk.algorithm": "layered"},
    ...          "children": [{"id": "a", **box}, {"id": "b", **box}],
    ...          "edges": [{"id": "ab", "sources": ["a"], "targets": ["b"]}]}
    >>> a, b = lay_out(graph)["children"]
    >>> a["x"] + a["width"] < b["x"]
    True
    """
    answer = answer_of(["elk-worker.min.js"], _ASK, graph)
    if "data" not in answer:
        raise ValueError(f"ELK refuses the graph: {answer['error']}")
    laid_out: dict[str, Any] = answer["data"]
    return laid_out
