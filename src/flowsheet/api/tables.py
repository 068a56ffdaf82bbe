"""Tables of a result as pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from flowsheet.results.excel_sheet import Sheet


def frame(sheet: Sheet) -> pd.DataFrame:
    """A sheet of the workbook as a frame, by its first column where that names the rows.

    >>> from flowsheet.results.excel_sheet import Sheet
    >>> frame(Sheet("streams", ("stream", "flow"), ("", "kg/h"), [("acid", 112.0)])).to_dict()
    {'flow [kg/h]': {'acid': 112.0}}
    """
    import pandas as pd

    labels = [f"{h} [{u}]" if u else h for h, u in zip(sheet.header, sheet.units, strict=True)]
    table = pd.DataFrame(sheet.rows, columns=labels)
    first = labels[0] if labels else ""
    if sheet.held and first and table[first].is_unique:
        return table.set_index(first)
    return table
