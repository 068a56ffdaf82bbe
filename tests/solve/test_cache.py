"""What comes back from disk is what went there, or nothing."""

import subprocess
import sys

import numpy as np
import pytest

from flowsheet.document.kept import cache_folder
from flowsheet.solve.cache import cache_key, load, load_or_compile, save


def same_everywhere(one, other):
    assert (one.unknowns.names, one.inputs.names) == (other.unknowns.names, other.inputs.names)
    assert (one.equations, one.output_names, one.unused) == (
        other.equations,
        other.output_names,
        other.unused,
    )
    x, p = one.x0 + 0.1, one.p0 * 1.1
    np.testing.assert_array_equal(one.residual(x, p), other.residual(x, p))
    np.testing.assert_array_equal(one.outputs(x, p), other.outputs(x, p))
    np.testing.assert_array_equal(one.jacobian(x, p).toarray(), other.jacobian(x, p).toarray())
    for name in ("start", "lower", "upper", "nominal", "is_log"):
        np.testing.assert_array_equal(getattr(one.unknowns, name), getattr(other.unknowns, name))


def test_a_model_survives_the_round_trip(two_tanks, tmp_path):
    save(two_tanks, "abc", tmp_path)
    again = load("abc", tmp_path)
    assert again is not None
    same_everywhere(two_tanks, again)


def test_views_and_the_hessian_are_added_to_an_entry(two_tanks, tmp_path):
    save(two_tanks, "abc", tmp_path)
    view = two_tanks.with_free(["feed"])
    view.function("hessian")
    save(two_tanks, "abc", tmp_path)
    again = load("abc", tmp_path)
    assert again is not None
    same_everywhere(view, again.with_free(["feed"]))
    assert "hessian" in again.with_free(["feed"]).functions
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("suffix", ["json", "casadi"])
@pytest.mark.parametrize("damage", ["truncated", "flipped", "gone"])
def test_a_damaged_entry_is_rebuilt(two_tanks, tmp_path, suffix, damage):
    save(two_tanks, "abc", tmp_path)
    (path,) = tmp_path.glob(f"*.{suffix}")
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:20] + b"\xff" + content[21:])
    assert load("abc", tmp_path) is None
    same_everywhere(two_tanks, load_or_compile("abc", lambda: two_tanks, tmp_path))
    assert load("abc", tmp_path) is not None


def test_the_key_depends_on_every_part_and_where_parts_end():
    assert cache_key("a", b"b") == cache_key(b"a", "b")
    assert len({cache_key("ab"), cache_key("a", "b"), cache_key("b", "a"), cache_key("", "ab")}) == 4


def test_the_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("FLOWSHEET_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"


def test_a_folder_that_cannot_be_written_costs_only_the_cache(two_tanks, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.warns(RuntimeWarning, match="not kept"):
        model = load_or_compile("abc", lambda: two_tanks, tmp_path / "file")
    assert model is two_tanks


def test_a_function_is_unpacked_only_when_asked_for_and_stored_again_as_it_was(two_tanks, tmp_path):
    two_tanks.function("jacobian")
    save(two_tanks, "abc", tmp_path)
    again = load("abc", tmp_path)
    assert again is not None
    again.outputs(again.x0, again.p0)
    assert "jacobian" in again.functions
    assert set(again.functions._unpacked) == {"outputs"}
    (path,) = tmp_path.glob("*.casadi")
    content = path.read_bytes()
    save(again, "abc", tmp_path)
    (path,) = tmp_path.glob("*.casadi")
    assert path.read_bytes() == content


def test_a_cached_model_solves_without_the_heavy_imports(two_tanks, tmp_path):
    two_tanks.function("jacobian")
    save(two_tanks, "abc", tmp_path)
    script = f"""
import sys
from pathlib import Path
from flowsheet.solve.cache import load
from flowsheet.solve.newton import solve
result = solve(load("abc", Path({str(tmp_path)!r})))
assert result.converged, result
heavy = {{"pyomo", "scipy", "cantera", "pandas", "pint", "networkx", "cyipopt"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", script], check=True)
