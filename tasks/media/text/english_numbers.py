"""Numbers, money, dates and times as English words, without hyphens and commas."""

import re

from num2words import num2words

from tasks.media.text.english_terms import CURRENCIES, MAGNITUDES, MONTHS

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LONGEST = 15
"""Digits of the longest number said as a number; longer ones are said digit by digit."""
NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
"""A number as written: digits, perhaps grouped, perhaps with a decimal part."""


def number(text: str, *, american: bool = True) -> str:
    """A number as written, e.g. '384,400' or '3.5' -> 'three point five'; a leading minus is said."""
    negative = text[:1] in "-−"
    whole, _, part = text.lstrip("-−").replace(",", "").partition(".")
    if not whole and part:
        whole = "0"
    by_digits = len(whole) > LONGEST or (len(whole) > 1 and whole[0] == "0")
    said = digits(whole) if by_digits else cardinal(int(whole), american=american)
    if part:
        said = f"{said} point {digits(part)}"
    return f"minus {said}" if negative else said


def cardinal(value: int, *, american: bool = True) -> str:
    """A whole number: 'one hundred twenty' in American, 'one hundred and twenty' in British English."""
    return _plain(num2words(value), american)


def ordinal(value: int, *, american: bool = True) -> str:
    """A rank: 21 -> 'twenty first'."""
    return _plain(num2words(value, to="ordinal"), american)


def year(value: int) -> str:
    """A year: 1999 -> 'nineteen ninety nine', 2005 -> 'two thousand five', 2026 -> 'twenty twenty six'."""
    return _plain(num2words(value, to="year"), american=True)


def decade(text: str) -> str:
    """A decade: '1990' -> 'nineteen nineties', '90' -> 'nineties'."""
    value = int(text)
    return _several(year(value) if len(text) == 4 else cardinal(value))


def digits(text: str) -> str:
    """Digit by digit."""
    return " ".join(DIGITS[int(digit)] for digit in text if digit.isdecimal())


def clock(hours: int, minutes: int, *, sharp: bool = True) -> str:
    """A time of day: (6, 30) -> 'six thirty', (7, 0) -> 'seven o'clock', (18, 0) -> 'eighteen hundred'.

    Args:
        hours: 0 to 24.
        minutes: 0 to 59.
        sharp: False when 'a.m.' or 'p.m.' follows, before which full hours stand alone.
    """
    said = cardinal(hours)
    if minutes:
        return f"{said} oh {DIGITS[minutes]}" if minutes < 10 else f"{said} {cardinal(minutes)}"
    if not sharp:
        return said
    return f"{said} o'clock" if 0 < hours <= 12 else f"{said} hundred"


def date(month: int, day: int, of_year: int, *, american: bool = True) -> str:
    """A date: 'November twenty first twenty twenty six', in British English 'the twenty first of November …'."""
    name, rank = MONTHS[month - 1].capitalize(), ordinal(day)
    return f"{name} {rank} {year(of_year)}" if american else f"the {rank} of {name} {year(of_year)}"


def money(sign: str, amount: str, magnitude: str, *, american: bool = True) -> str:
    """An amount: ('$', '5.50', '') -> 'five dollars fifty', ('£', '3', 'm') -> 'three million pounds'.

    Args:
        sign: a key of `CURRENCIES`.
        amount: a number as written.
        magnitude: a key of `MAGNITUDES` or ''.
        american: American rather than British habits.
    """
    one, several, one_part, parts = CURRENCIES[sign]
    if magnitude:
        return f"{number(amount, american=american)} {MAGNITUDES[magnitude.lower()]} {several}"
    whole, _, part = amount.replace(",", "").partition(".")
    if len(part) == 2 and int(whole or 0) == 0 and int(part):
        return f"{cardinal(int(part))} {one_part if int(part) == 1 else parts}"
    name = one if whole == "1" else several
    if part and len(part) != 2:
        return f"{number(amount, american=american)} {several}"
    said = f"{number(whole or '0', american=american)} {name}"
    return f"{said} {cardinal(int(part))}" if part and int(part) else said


def fraction(above: int, below: int) -> str:
    """What is written with a slash: 1/2, 3/4, 9/10, 50/50."""
    if (above, below) == (1, 2):
        return "one half"
    if below in (10, 100) and above <= below:
        return f"{cardinal(above)} out of {cardinal(below)}"
    if 0 < above < below < 10:
        part = "quarter" if below == 4 else ordinal(below)
        return f"{cardinal(above)} {part}{'s' if above > 1 else ''}"
    return f"{cardinal(above)} {cardinal(below)}"


def _several(said: str) -> str:
    """The plural of a number's last word."""
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}es" if said.endswith("x") else f"{said}s"


def _plain(said: str, american: bool) -> str:
    said = re.sub(r"[-,]", " ", said)
    return " ".join(word for word in said.split() if not (american and word == "and"))
