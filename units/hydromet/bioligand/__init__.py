"""Columns of immobilised proteins and other ligands that bind metals."""
