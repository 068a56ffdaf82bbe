"""Pages that a browser shows: the report of a run and its drawings."""
