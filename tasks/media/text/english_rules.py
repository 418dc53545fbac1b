"""The rules of spoken English: numbers, dates, money, addresses, abbreviations, initials, words joined by signs.

They are tried in order, and the first that has an answer speaks the word. A rule sees the words before and after, because
'$1.2 million' and 'Nov 21, 2026' spread one thing over several words; each word still keeps its own share of what is said.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tasks.media.text import english_numbers as numbers
from tasks.media.text import english_terms as terms
from tasks.media.text.english_numbers import NUMBER

_MONTHS = {month: month.capitalize() for month in terms.MONTHS} | terms.SHORT_MONTHS
_UNIT = "|".join(sorted((re.escape(unit) for unit in terms.UNITS), key=len, reverse=True))
_SIGN = f"[{''.join(terms.CURRENCIES)}]"
_CLOCK = r"\d\d?:\d\d"


@dataclass(frozen=True)
class Context:
    """What stands around a word."""

    before: str = ""
    """The core before; '' at the start of a beat and after the end of a clause other than by a comma."""
    after: str = ""
    """The core after; '' when any mark parts it, or nothing follows."""
    american: bool = True
    shouted: bool = False
    """True when a neighbour is written in capitals too."""


_ALONE = Context()
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Context], str | None]]


def say(core: str, context: Context = _ALONE) -> str:
    """What is said for one word; signs nobody says may remain in it."""
    for pattern, rule in _RULES:
        match = pattern.fullmatch(core)
        said = rule(match, context) if match else None
        if said is not None:
            return said
    return core


def _email(match: re.Match[str], _: Context) -> str:
    return f"{_dotted(match[1])} at {_dotted(match[2])}"


def _address(match: re.Match[str], _: Context) -> str | None:
    """A web address without its scheme, 'www.', query and fragment, which nobody says."""
    host = match["host"]
    if not (match["scheme"] or match["www"] or host.rpartition(".")[2].lower() in terms.TOP_LEVEL):
        return None
    path = re.sub(r"[?#].*", "", match["path"] or "")
    return _dotted(host) + "".join(f" slash {_dotted(part)}" for part in path.split("/") if part)


def _dotted(text: str) -> str:
    """The parts of an address: dots, dashes and underscores are named, endings like 'io' are spelt."""
    said = []
    for part in re.findall(r"\.[a-z]{2,}$|[^\W_]+|.", text):
        if len(part) == 1:
            said.append(terms.ADDRESS_SIGNS.get(part) or (part.upper() if part.isalpha() else say(part)))
        elif part[0] == ".":
            said.append(f"dot {' '.join(part[1:].upper()) if part[1:] in terms.SPELT_ENDINGS else part[1:]}")
        else:
            said.append(_camel(part))
    return " ".join(said)


def _hashtag(match: re.Match[str], context: Context) -> str:
    if match[1].isdecimal():
        return f"number {numbers.number(match[1], american=context.american)}"
    return f"hashtag {_camel(match[1])}"


def _mention(match: re.Match[str], _: Context) -> str:
    return f"at {_dotted(match[1]).replace(' underscore ', ' ')}"


def _camel(text: str) -> str:
    """'SmallHabits2026' -> 'small habits twenty twenty six'; capitals in a row stay initials."""
    parts = re.findall(r"[A-Z]{2,}(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]|\d+", text)
    return " ".join(part if part.isupper() and len(part) > 1 else say(part.lower()) for part in parts) or text


def _iso_date(match: re.Match[str], context: Context) -> str | None:
    return _date(int(match[2]), int(match[3]), int(match[1]), context)


def _slash_date(match: re.Match[str], context: Context) -> str | None:
    first, second, of_year = int(match[1]), int(match[2]), int(match[3])
    of_year += 2000 if of_year < 100 else 0
    month_first = context.american if max(first, second) <= 12 else second > 12
    return _date(first, second, of_year, context) if month_first else _date(second, first, of_year, context)


def _date(month: int, day: int, of_year: int, context: Context) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= 31 and of_year > 0):
        return None
    return numbers.date(month, day, of_year, american=context.american)


def _time(match: re.Match[str], context: Context) -> str | None:
    hours, minutes = int(match[1]), int(match[2])
    if hours > 24 or minutes > 59:
        return None
    half = re.sub(r"[^AMP]", "", (match[4] or "").upper())
    followed = re.sub(r"\W", "", context.after.lower()) in {"am", "pm"}
    said = numbers.clock(hours, minutes, sharp=not (half or followed))
    seconds = f" {numbers.cardinal(int(match[3]))}" if match[3] else ""
    return f"{said}{seconds} {' '.join(half)}".strip()


def _ratio(match: re.Match[str], context: Context) -> str:
    return f"{say(match[1], context)} to {say(match[2], context)}"


def _money(match: re.Match[str], context: Context) -> str | None:
    sign, amount, magnitude, more = match[1], match[2], match[3] or "", match[4]
    if magnitude and magnitude.lower() not in terms.MAGNITUDES:
        return None
    if not magnitude and context.after.lower() in terms.LONG_MAGNITUDES:
        return numbers.number(amount, american=context.american)
    said = numbers.money(sign, amount, magnitude, american=context.american)
    return f"{said} plus" if more else said


def _money_after(match: re.Match[str], context: Context) -> str:
    return numbers.money(match[2], match[1], "", american=context.american)


def _money_range(match: re.Match[str], context: Context) -> str:
    low, high = match[2], numbers.money(match[1], match[3], match[4] or "", american=context.american)
    return f"{numbers.number(low, american=context.american)} to {high}"


def _magnitude(match: re.Match[str], context: Context) -> str | None:
    """The second half of '$1.2 million': this word brings the currency."""
    before = _MONEY.fullmatch(context.before)
    if not before or before[3]:
        return None
    return f"{terms.MAGNITUDES[match[0].lower()]} {terms.CURRENCIES[before[1]][1]}"


def _ordinal(match: re.Match[str], context: Context) -> str:
    return numbers.ordinal(int(match[1].replace(",", "")), american=context.american)


def _decade(match: re.Match[str], _: Context) -> str:
    return numbers.decade(match[1])


def _range(match: re.Match[str], context: Context) -> str:
    low, high, unit = match[1], match[2], match[3] or ""
    if len(low) == 3 and len(high) == 4 and (low + high).isdecimal() and not (low[-1] == high[-1] == "0"):
        return f"{numbers.digits(low)}, {numbers.digits(high)}"
    after = "pm" if unit else context.after
    first = say(low, Context("", after if ":" in low else "", context.american))
    return f"{first} to {say(high + unit, Context('', after, context.american))}"


def _phone(match: re.Match[str], _: Context) -> str:
    groups = re.split(r"[-.]", match[0].lstrip("+"))
    return ("plus " if match[0].startswith("+") else "") + ", ".join(numbers.digits(group) for group in groups)


def _hours(match: re.Match[str], _: Context) -> str:
    return f"{say(match[1] + 'h')} {say(match[2])}"


def _quantity(match: re.Match[str], context: Context) -> str | None:
    """A number with its unit in one word: '5km', '30%', '10x'; '5G' is no weight."""
    if match[2] in terms.NO_UNITS:
        return None
    one, several = ("million", "million") if match[2] == "M" else terms.UNITS[match[2].lower()]
    return f"{numbers.number(match[1], american=context.american)} {one if match[1].lstrip('-') == '1' else several}"


def _unit(match: re.Match[str], context: Context) -> str | None:
    """A unit in a word of its own after a number."""
    if not re.fullmatch(rf"-?{NUMBER}|{_CLOCK}|(?:{NUMBER}|{_CLOCK})[-–](?:{NUMBER}|{_CLOCK})", context.before):
        return None
    if match[0] in terms.NO_UNITS:
        return None
    one, several = ("million", "million") if match[0] == "M" else terms.UNITS[match[0].lower()]
    return one if context.before == "1" else several


def _per(match: re.Match[str], context: Context) -> str:
    unit = match[2].lower()
    return f"{say(match[1], Context(american=context.american))} per {terms.PER.get(unit, unit)}"


def _fraction(match: re.Match[str], _: Context) -> str:
    return numbers.fraction(int(match[1]), int(match[2]))


def _one_sign_fraction(match: re.Match[str], _: Context) -> str:
    said = terms.FRACTIONS[match[2]]
    return f"{numbers.number(match[1])} and {said}" if match[1] else said.replace("a ", "one ")


def _by(match: re.Match[str], context: Context) -> str:
    return f"{say(match[1], Context(american=context.american))} by {say(match[2], Context(american=context.american))}"


def _version(match: re.Match[str], _: Context) -> str:
    return ("version " if match[1] else "") + " point ".join(numbers.number(part) for part in match[2].split("."))


def _number(match: re.Match[str], context: Context) -> str:
    """A number among its neighbours: a day beside a month, a year, or a count."""
    text, more = match[1], " plus" if match[2] else ""
    near = {context.before.rstrip(".").lower(), context.after.rstrip(".").lower()}
    if text.isdecimal() and text[0] != "0" and not more:
        if int(text) <= 31 and near & _MONTHS.keys():
            return numbers.ordinal(int(text))
        if _is_year(int(text), context):
            return numbers.year(int(text))
    return numbers.number(text, american=context.american) + more


def _is_year(value: int, context: Context) -> bool:
    after = context.after
    counted = after.islower() and len(after) > 3 and after.endswith("s") and after not in terms.NOT_PLURAL
    if counted or after.lower() in terms.UNITS:
        return False
    return 1900 <= value <= 2099 or (1100 <= value < 1900 and context.before.lower() in terms.BEFORE_YEAR)


def _month(match: re.Match[str], context: Context) -> str | None:
    short = match[1].lower()
    if short not in _MONTHS or short in terms.MONTHS:
        return None
    near = context.before[:1].isdecimal() or context.after[:1].isdecimal()
    return _MONTHS[short] if match[2] or near else None


def _abbreviation(match: re.Match[str], context: Context) -> str | None:
    lower = match[0].lower()
    counted = context.before[:1].isdecimal()
    if lower in terms.AMBIGUOUS and not context.after[:1].isdecimal() and not (counted and lower in {"min.", "sec.", "mo."}):
        return match[0].rstrip(".")
    if lower == "st.":
        return "saint" if context.after[:1].isupper() and context.after.lower() not in terms.STARTERS else "street"
    if lower == "ft.":
        return "feet" if counted else "featuring"
    return terms.ABBREVIATIONS.get(lower) or terms.TITLES.get(lower)


def _bare(match: re.Match[str], _: Context) -> str | None:
    return terms.BARE.get(match[0].lower())


def _initials(match: re.Match[str], _: Context) -> str:
    return " ".join(match[0].replace(".", "").upper())


def _capitals(match: re.Match[str], context: Context) -> str | None:
    word, ending = match[1], match[2] or ""
    if context.shouted:
        return word.lower() if word in terms.SHOUTED else None
    return " ".join(word) + ending if word in terms.SPELT else None


def _single_a(_: re.Match[str], context: Context) -> str:
    """'A' is a letter inside a sentence, the article at its start."""
    return "A" if context.before and not context.shouted else "a"


def _compound(match: re.Match[str], context: Context) -> str | None:
    """Words joined by signs: each part is said, and so is the sign where one would say it."""
    parts = [part for part in re.split(r"([-‐‑–—/⁄&+=_.:;,!?…×÷≈±@#%|~*\\^]+)", match[0]) if part]
    if len(parts) < 2:
        return None
    return " ".join(_part(part, context) for part in parts)


def _part(part: str, context: Context) -> str:
    if not any(map(str.isalnum, part)):
        return " ".join(terms.JOINTS.get(sign, "") for sign in part)
    return part if part == "A" else say(part, Context(american=context.american))


def _mixed(match: re.Match[str], context: Context) -> str | None:
    """Letters and digits in one word: 'H2O', 'MP3', 'iPhone15'; single letters and short initials are spelt."""
    if re.search(r"[-/&_.,:;—–@#+=×÷≈±]", match[0]):
        return None
    parts = re.findall(rf"{NUMBER}|[^\W\d_]+(?:'[^\W\d_]+)*|[²³%°]|{_SIGN}", match[0])
    return " ".join(_mixed_part(part, context) for part in parts) if len(parts) > 1 else None


def _mixed_part(part: str, context: Context) -> str:
    if part[0].isdecimal():
        return numbers.number(part, american=context.american)
    if part.isalpha():
        return " ".join(part.upper()) if len(part) == 1 or (part.isupper() and len(part) < 4) else part
    return terms.BARE.get(part, "")


_MONEY = re.compile(rf"(?:US|CA|AU|NZ|HK|C|A)?({_SIGN})({NUMBER})-?([A-Za-z]+)?(\+)?")
_RULES: tuple[Rule, ...] = tuple((re.compile(pattern), rule) for pattern, rule in (
    (r"([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)", _email),
    (r"(?i)(?P<scheme>https?://)?(?P<www>www\.)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})"
     r"(?::\d+)?(?P<path>[/?#]\S*)?", _address),
    (r"#(\w+)", _hashtag),
    (r"@(\w[\w.]*)", _mention),
    (r"(\d{4})-(\d\d?)-(\d\d?)", _iso_date),
    (r"(\d\d?)/(\d\d?)/(\d{4}|\d\d)", _slash_date),
    (r"(?i)(\d\d?):(\d\d)(?::(\d\d))?(am|pm|a\.m\.|p\.m\.)?", _time),
    (r"(?i)(\d\d?)\.(\d\d)()(am|pm|a\.m\.|p\.m\.)", _time),
    (rf"({NUMBER}):({NUMBER})", _ratio),
    (_MONEY.pattern, _money),
    (rf"({NUMBER})({_SIGN})", _money_after),
    (rf"({_SIGN})({NUMBER})[-–—]{_SIGN}?({NUMBER})(?i:(k|m|b|bn|mn))?", _money_range),
    (rf"(?i){'|'.join(terms.LONG_MAGNITUDES)}", _magnitude),
    (r"(?i)(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)", _ordinal),
    (r"'?(\d{3}0|\d0)'?s", _decade),
    (r"\+?\d{1,4}(?:[-.]\d{2,4}){2,}", _phone),
    (rf"(?i)((?:{_CLOCK}|{NUMBER})(?:am|pm)?)[-–—]({_CLOCK}|{NUMBER})({_UNIT})?", _range),
    (r"(\d+)h(\d\d?)(?:m|min)?", _hours),
    (rf"(?i)(-?{NUMBER})-?({_UNIT})", _quantity),
    (rf"(?i){_UNIT}", _unit),
    (r".+", _bare),
    (rf"((?:{_SIGN})?{NUMBER}[a-zA-Z]*)/([A-Za-z]+)", _per),
    (r"(\d{1,4})[/⁄](\d{1,4})", _fraction),
    (rf"(\d*)([{''.join(terms.FRACTIONS)}])", _one_sign_fraction),
    (r"(\d+)[x×](\d+)", _by),
    (r"(?i)()(\d+(?:\.\d+){2,})", _version),
    (r"(?i)(v)(\d+(?:\.\d+)*)", _version),
    (rf"(-?(?:{NUMBER}|\.\d+))(\+)?", _number),
    (r"([A-Za-z]{3,4})(\.?)", _month),
    (r"(?:[A-Za-z]+\.)+", _abbreviation),
    (r"(?:[A-Za-z]\.){2,}", _initials),
    (r"([A-Z]{2,4})('s|s)?", _capitals),
    (r"A", _single_a),
    (r"[^\W\d_]+(?:'[^\W\d_]+)*", lambda match, _: match[0]),
    (r".+", _mixed),
    (r".+", _compound),
))
