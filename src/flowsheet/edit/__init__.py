"""`flowsheet edit`: a local page with the file on its left and the plant that it describes on its right.

`session` turns texts into solved plants, `settings` numbers into texts, `standing` solved plants into what
the page shows; `desk` answers what the page asks, and `server` hands these to one browser on this machine.
"""
