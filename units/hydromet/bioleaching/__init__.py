"""Bioleaching: lixiviants made by microorganisms."""
