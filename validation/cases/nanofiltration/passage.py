"""The share of an ion that passes a membrane."""


def passage(point):
    """Permeate over feed concentration, 1 - R, of the ion that the row names."""
    return 1.0 - point.values[f"nf.rejection.{point.row['ion']}"]
