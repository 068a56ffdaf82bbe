"""What glucose costs of all costs, from the plant's account of money."""


def share(point):
    money = point.result["economics"]
    sugar = money["items"]["reagent_cost"]["syrup"]["value"]
    kinds = ("reagent_cost", "utility_cost", "equipment_cost", "disposal_cost")
    return sugar / sum(money[kind]["value"] for kind in kinds)
