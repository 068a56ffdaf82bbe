"""`flowsheet edit`: a local page with the file, the plant that it describes, and sliders."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from flowsheet.cli.messages import DONE, note, refusal
from flowsheet.cli.opening import memory
from flowsheet.cli.options import File, NoCache, ScenarioName

_PORTS = 65_535


def edit(
    file: File,
    /,
    *,
    scenario: ScenarioName = None,
    port: Annotated[
        int, Parameter(name="--port", help="Port to serve on. [default: a free one]", show_default=False)
    ] = 0,
    browser: Annotated[
        bool, Parameter(name="--browser", help="Open the page; --no-browser only says where it is.")
    ] = True,
    no_cache: NoCache = False,
) -> int:
    """Edit a flowsheet in a local page: text, live diagram and figures, sliders; saved only when asked."""
    from flowsheet.edit.desk import Desk
    from flowsheet.edit.file import EditedFile
    from flowsheet.edit.server import EditServer, serve

    if not 0 <= port <= _PORTS:
        raise refusal("E916", f"there is no port {port}", f"--port takes 0 to {_PORTS}; 0 finds a free one")
    with memory(not no_cache):
        opened = EditedFile.opened(file)
        try:
            server = EditServer(Desk(opened, scenario), port)
        except OSError as error:
            raise refusal(
                "E916", f"port {port} can't be used: {error.strerror}", "leave --port away"
            ) from error
        if opened.is_copy:
            note(f"{opened.source.name} ships with flowsheet: saving makes a copy, {opened.target.resolve()}")
        print(f"{server.address}\nonly this machine can open it; Ctrl+C ends it", flush=True)
        if browser:
            import webbrowser

            webbrowser.open(server.address)
        try:
            serve(server)
        except KeyboardInterrupt:
            print("ended", file=sys.stderr)
    return DONE
