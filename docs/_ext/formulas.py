"""Formulas as docstrings write them (`ln n_i,c = tau k_c`), set as formulas: HTML with indices and powers."""

from __future__ import annotations

import re
from html import escape

from flowsheet.chemistry.formula import FormulaError, parse

_GREEK_NAMES = """alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi
psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"""
_GREEK = dict(zip(_GREEK_NAMES.split(), "αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True))
_UPRIGHT = set(re.findall(r"\w+", "an as at by if in is it no of or so to ln a kW pH"))
"""What is short and no symbol."""
_INDEX = r"(?:\((?:[^()]*)\)|[A-Za-z0-9*]+(?:\([IV]+\))?(?:[+-]\d+|[+-](?![\w(]))?"
_INDEX += r"(?:,[A-Za-z0-9]+(?:\([IV]+\))?(?:[+-]\d+)?)*)"
_SYMBOL = rf"(?P<base>[A-Za-z]+)(?P<prime>'*)(?:_(?P<low>{_INDEX}))?(?P<prime2>'*)"
_SYMBOL += r"(?:\^(?P<high>\([^()]*\)|-?\w+))?"
_CHEMICAL = (
    r"(?P<chemical>(?:[A-Z][a-z]?\d*(?:\.\d+)?|\((?:[A-Z][a-z]?\d*)+\)\d*)+(?:\((?:aq|s|g)\))?(?:[+-]\d*)?)"
    r"(?![\w*^])"
)
_UNIT = r"(?<![\w])(?P<unit>(?:m3|kg|mol|mm|kJ|kW)(?:/(?:m2|m3|kg|mol|mm|bar|h|s|L|K))+)(?!\w)"
_FORMULA = re.compile(
    rf"`(?P<code>[^`]+)`|{_UNIT}|{_CHEMICAL}|{_SYMBOL}|(?P<power>\^(?:\([^()]*\)|\w+))|(?P<other>.)"
)
_PROSE = re.compile(
    r"`(?P<code>[^`]+)`|(?P<skipped>\[[^\]]*\])|"
    rf"(?<![\w./'-]){_CHEMICAL}|"
    rf"(?<![\w./'-])(?P<written>{_SYMBOL.replace('?P<', '?P<w_')})(?![\w-])|(?P<other>.)",
    re.DOTALL,
)
_SIGNS = {"<-": "←", "->": "→", ">=": "≥", "<=": "≤"}
_NAME = re.compile(r"(?<!`)\b[a-z]{3,}(?:_[a-z]{2,})*_[a-z]{3,}\b(?!`)")
"""A parameter that a docstring names without backquotes."""


def formula(text: str) -> str:
    """A formula as HTML; runs of blanks become a gap.

    >>> formula("ln n_i,c = tau")
    'ln <i>n</i><sub><i>i</i>,<i>c</i></sub> = <i>τ</i>'
    >>> formula("2 Fe+3 + H2O")
    '2 Fe<sup>3+</sup> + H<sub>2</sub>O'
    """
    for written, sign in _SIGNS.items():
        text = text.replace(written, sign)
    text = _NAME.sub(r"`\g<0>`", text.strip())
    html = "".join(_formula_part(found) for found in _FORMULA.finditer(text))
    html = re.sub(r"(^|[ (])-(?=[ (<l])", r"\1−", html).replace(" * ", " · ")
    html = re.sub(r"(?<=</i>)-(?=\d)", "−", html)
    html = re.sub(r"\bsum(?= |<sub>)", "∑", html)
    return re.sub(r" {3,}", '<span class="gap"></span>', html)


def prose(text: str) -> str:
    """A paragraph as HTML: what is code stays code, symbols and substances in it are set as in formulas."""
    text = text.replace(">=", "≥").replace("<=", "≤")
    return "".join(_prose_part(found, text) for found in _PROSE.finditer(text))


def substance(name: str) -> str | None:
    """A chemical formula with its numbers set low and its charge high; None where `name` isn't one.

    >>> substance("SO4-2")
    'SO<sub>4</sub><sup>2−</sup>'
    """
    charge = re.search(r"([+-])([2-6]?)$", name)
    body = name[: charge.start()] if charge else name
    plain = re.sub(r"\((?:aq|s|g)\)$", "", body)
    try:
        parse(plain)
    except (FormulaError, ValueError):
        return None
    html = re.sub(r"(?<=[A-Za-z)])(\d+(?:\.\d+)?)", r"<sub>\1</sub>", escape(body))
    if charge:
        sign = "−" if charge.group(1) == "-" else "+"
        html += f"<sup>{charge.group(2)}{sign}</sup>"
    return html


def reaction(text: str) -> str:
    """A reaction as a parameter set or a chemistry file writes it.

    >>> reaction("H2O = OH- + H+")
    'H<sub>2</sub>O = OH<sup>−</sup> + H<sup>+</sup>'
    """
    return " ".join(substance(word) or escape(word) for word in text.split())


def _formula_part(found: re.Match[str]) -> str:
    if found.group("code"):
        return f"<code>{escape(found.group('code'))}</code>"
    if found.group("unit"):
        return escape(found.group("unit"))
    if found.group("chemical"):
        return _chemical(found.group("chemical"))
    if found.group("base"):
        return _symbol(*found.group("base", "prime", "low", "prime2", "high"), stands_alone=True)
    if found.group("power"):
        return f"<sup>{formula(found.group('power')[1:].strip('()'))}</sup>"
    return escape(found.group("other"))


def _chemical(name: str) -> str:
    """Letters alone are a symbol wherever they are one."""
    if re.fullmatch(r"\([A-Z]\)", name):
        return f"(<i>{name[1]}</i>)"
    told = re.search(r"\d|[+-]$|\(", name)
    if told and (html := substance(name)):
        return html
    return _symbol(name, "", None, "", None, stands_alone=True)


def _prose_part(found: re.Match[str], text: str) -> str:
    if found.group("code"):
        return f'<code class="docutils literal notranslate">{escape(found.group("code"))}</code>'
    if found.group("skipped"):
        return escape(found.group("skipped"))
    if chemical := found.group("chemical"):
        if len(chemical) > 1:
            return _chemical(chemical) if re.search(r"\d|[+-]$", chemical) else escape(chemical)
        return _lone(chemical, found, text)
    if found.group("written"):
        parts = found.group("w_base", "w_prime", "w_low", "w_prime2", "w_high")
        base = parts[0]
        if base in _GREEK or ((parts[2] or parts[4] or parts[1]) and len(base) <= 2):
            return _symbol(*parts, stands_alone=False)
        written = found.group("written")
        return _lone(base, found, text) if len(written) == 1 else escape(written)
    return escape(found.group("other"))


def _lone(letter: str, found: re.Match[str], text: str) -> str:
    """A single letter is a symbol, unless it is a word, a unit after a number, or an initial."""
    before, after = text[: found.start()], text[found.end() :]
    if letter in "aI" or re.search(r"\d $", before) or re.match(r"[/']|\.(\w|\s+[a-z])", after):
        return escape(letter)
    if letter == "A" and re.search(r"(^|[.] +)$", before):
        return letter
    return f"<i>{letter}</i>"


def _symbol(base: str, prime: str, low: str | None, prime2: str, high: str | None, stands_alone: bool) -> str:
    if base in _GREEK:
        html = f"<i>{_GREEK[base]}</i>"
    elif (len(base) == 1 and (base != "a" or low or high)) or _is_indexed(base, low):
        html = f"<i>{escape(base)}</i>"
    else:
        html = escape(base)
    html += "′" * len(prime + prime2)
    if low:
        html += f"<sub>{_index(low)}</sub>"
    if high:
        html += f"<sup>{formula(high.strip('()'))}</sup>"
    return html


def _is_indexed(base: str, low: str | None) -> bool:
    return low is not None and len(base) <= 2 and base not in _UPRIGHT


def _index(text: str) -> str:
    """What stands below: letters alone are indices, words and substances are upright."""
    inner = text[1:-1] if text.startswith("(") else text
    parts = re.split(r"(,|(?<=\b[a-z])[+-](?=\d)| )", inner)
    return "".join(
        f"<i>{part}</i>"
        if re.fullmatch(r"[a-z]|(?!in)[cgijkmnrz]{2}", part)
        else f"<i>{_GREEK[part]}</i>"
        if part in _GREEK
        else _low_substance(part)
        for part in parts
    ).replace("-", "−")


def _low_substance(part: str) -> str:
    told = re.search(r"\d|[+-]$", part) and not part[0].isdigit()
    html = substance(part) if told else None
    return html or escape(part)
