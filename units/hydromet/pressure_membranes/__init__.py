"""Membranes driven by pressure: nanofiltration, reverse osmosis, cascades of them."""
