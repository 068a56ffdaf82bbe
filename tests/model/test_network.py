"""What streams can carry, the order of solving, and the smallest tear set."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from flowsheet.model.network import _FORWARD_COST, propagate, solving_order
from flowsheet.model.stream import Shape


@st.composite
def graphs(draw, most=6):
    """Units and streams between them, several streams between two units and loops of one among them."""
    units = [f"u{i}" for i in range(draw(st.integers(2, most)))]
    pairs = draw(st.lists(st.tuples(st.sampled_from(units), st.sampled_from(units)), max_size=12))
    return units, [(a, b, f"{a}.out{i}") for i, (a, b) in enumerate(pairs)]


def cost(units, order, arcs):
    """Streams that go back in the file count once, those that go forward cost more to tear."""
    place = {u: i for i, u in enumerate(units)}
    torn = set(torn_by(order, arcs))
    return sum(1 if place[a] >= place[b] else _FORWARD_COST for a, b, s in arcs if s in torn)


def torn_by(order, arcs):
    rank = {u: i for i, u in enumerate(order)}
    return [s for a, b, s in arcs if rank[a] >= rank[b]]


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_the_tear_set_is_the_cheapest_of_all_orders(graph):
    units, arcs = graph
    order, torn = solving_order(units, arcs)
    assert sorted(order) == sorted(units)
    assert torn == torn_by(order, arcs)
    assert cost(units, order, arcs) == min(cost(units, o, arcs) for o in permutations(units))


@settings(max_examples=60, deadline=None)
@given(graphs(most=14))
def test_large_plants_are_torn_no_worse_than_in_the_file_s_order_and_not_without_a_loop(graph):
    units, arcs = graph
    order, torn = solving_order(units, arcs)
    assert sorted(order) == sorted(units)
    assert cost(units, order, arcs) <= cost(units, units, arcs)
    remaining = [(a, b) for a, b, s in arcs if s not in torn]
    rank = {u: i for i, u in enumerate(order)}
    assert all(rank[a] < rank[b] for a, b in remaining)


def test_units_outside_loops_keep_the_file_s_order_where_the_flow_leaves_it_free():
    assert solving_order(["a", "b", "c"], [("c", "a", "c.out")]) == (["b", "c", "a"], [])


def test_many_recycles_to_one_unit_are_torn_at_its_outlet():
    """Five recycles into a cost more than the one stream that all of them feed."""
    arcs = [("a", "b", "a.out"), *(("b", "a", f"b.back{i}") for i in range(5))]
    assert solving_order(["a", "b"], arcs)[1] == ["a.out"]
    assert solving_order(["a", "b"], arcs[:2])[1] == ["b.back0"]


@settings(max_examples=80, deadline=None)
@given(graphs(), st.data())
def test_streams_carry_what_can_reach_them_and_nothing_else(graph, data):
    """Units that pass everything on: a stream carries the feeds of all units from which it can be reached."""
    units, arcs = graph
    fed = {u: f"C{i}" for i, u in enumerate(units) if data.draw(st.booleans())}
    inlets = {
        u: {"feed": [s for _, b, s in arcs if b == u] + ([f"feed_{u}"] if u in fed else [])} for u in units
    }

    def passing(unit):
        return lambda entering: {s.partition(".")[2]: entering["feed"] for a, _, s in arcs if a == unit}

    shapes = propagate(
        units,
        inlets,
        {u: passing(u) for u in units},
        {f"feed_{u}": Shape.of(aqueous=[c]) for u, c in fed.items()},
    )
    reach = {u: {u} for u in units}
    for _ in units:
        for a, b, _ in arcs:
            reach[b] = reach[b] | reach[a]
    for a, _, s in arcs:
        assert set(shapes.get(s, Shape.of()).names("aqueous")) == {fed[u] for u in reach[a] if u in fed}


def test_a_reaction_s_products_reach_the_unit_that_makes_them_through_a_recycle():
    """b turns A into B once A arrives, and its recycle carries B back through a."""
    shapes = propagate(
        ["a", "b"],
        {"a": {"feed": ["feed", "b.back"]}, "b": {"feed": ["a.out"]}},
        {
            "a": lambda i: {"out": i["feed"]},
            "b": lambda i: {
                "back": i["feed"]
                | (Shape.of(solid=["B"]) if "A" in i["feed"].names("aqueous") else Shape.of())
            },
        },
        {"feed": Shape.of(aqueous=["A"])},
    )
    assert shapes["a.out"] == Shape.of(aqueous=["A"], solid=["B"])
