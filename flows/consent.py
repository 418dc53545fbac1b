"""By what right a face may be used: asked at `reels avatar add`, or said with its flags."""

import argparse
import datetime as dt
import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from tasks.domain.avatar import Consent, ConsentDocument
from tasks.domain.errors import ConsentMissing, FixRequest
from tasks.domain.text import one_line, unprintable_at
from tasks.runtime.store import sha256_of, writable

FLAGS = ("--synthetic", '--public-domain "WHAT IT IS"', "--consent-by WHO --relation R")
"""The three ways to say it on the command line."""
ONLY_WITH_A_PERSON = {"relation": "--relation", "scope": "--scope", "expires": "--expires", "consent_date": "--consent-date",
                      "consent_document": "--consent-document"}
"""Flags that mean something for a real person only."""
KINDS = """Whose face is it?
  1  a real person's
  2  nobody's: drawn, rendered or generated, and like no real person
  3  of a work in the public domain, e.g. an old painting
"""
"""The first question."""
MOST_BYTES = 64 << 20
"""Largest document copied."""
PLAIN_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
"""The end of a file's name that a document keeps."""


@dataclass(frozen=True)
class Agreed:
    """A consent, and the document that is to be copied beside it."""

    consent: Consent
    document: Path | None = None

    def keep(self, folder: Path) -> Consent:
        """Copies the document into an avatar's folder and gives the complete consent.

        Raises:
            FixRequest: the document cannot be read.
        """
        if self.document is None:
            return self.consent
        suffix = self.document.suffix.lower()
        name = f"consent{suffix if PLAIN_SUFFIX.fullmatch(suffix) else ''}"
        content = _read(self.document)
        with writable(folder):
            (folder / name).write_bytes(content)
        document = ConsentDocument(file=name, sha256=sha256_of(folder / name))
        return self.consent.model_copy(update={"document": document})


def consent_by_flags(arguments: argparse.Namespace, *, title: str, today: dt.date) -> Agreed | None:
    """What the command line says; None where it says nothing.

    Args:
        arguments: of `reels avatar add`.
        title: how the avatar is called.
        today: the day of a consent without a date.

    Raises:
        FixRequest: flags contradict each other, or one is missing or wrong.
    """
    chosen = [flag for flag, value in (("--synthetic", arguments.synthetic), ("--public-domain", arguments.public_domain),
                                       ("--consent-by", arguments.consent_by)) if value not in (None, False)]
    if len(chosen) > 1:
        raise FixRequest(f"{' and '.join(chosen)} contradict each other: give one of them")
    extra = [flag for name, flag in ONLY_WITH_A_PERSON.items() if getattr(arguments, name) is not None]
    if extra and chosen != ["--consent-by"]:
        raise FixRequest(f"{', '.join(extra)} belong to the consent of a real person: add --consent-by WHO")
    if not chosen:
        return None
    if arguments.synthetic:
        return Agreed(synthetic(title))
    if arguments.public_domain is not None:
        return Agreed(public_domain(_words("--public-domain", arguments.public_domain)))
    return _of_person(arguments, today)


def require_somebody_to_ask() -> None:
    """Makes sure that a person sits at the terminal.

    Raises:
        FixRequest: nobody does; the message names the flags.
    """
    if not sys.stdin.isatty():
        raise FixRequest(f"nobody is here to say whose face it is: run this in a terminal, or add {FLAGS[0]} (no real"
                         f" person), {FLAGS[1]} (an old work), or {FLAGS[2]} (a real person who agrees; also --scope,"
                         " --expires, --consent-date, --consent-document)")


def ask_for_consent(*, title: str, today: dt.date) -> Agreed:
    """Asks the person at the terminal; what they say is shown once more and has to be confirmed.

    Raises:
        ConsentMissing: no answer, or not confirmed.
        FixRequest: a date or the document is wrong.
    """
    sys.stderr.write(f"\n{KINDS}")
    kind = ""
    while kind not in {"1", "2", "3"}:
        kind = _answer("Your answer, 1, 2 or 3: ")
    if kind == "2":
        return _confirmed(Agreed(synthetic(title)))
    if kind == "3":
        return _confirmed(Agreed(public_domain(_answer("Which work is it, and where is the picture from? "))))
    return _confirmed(real_person(
        _answer("Who agrees to this avatar? "), _answer("What is that person to you (e.g. self, employee, client)? "),
        today, today, scope=_answer("What may it be used for (empty: anything)? ", needed=False),
        expires=_date("the answer", _answer("Until when, e.g. 2027-12-31 (empty: until it is revoked)? ", needed=False)
                      or None),
        document=_answer("A signed document to keep beside it, its path (empty: none)? ", needed=False) or None))


def synthetic(title: str) -> Consent:
    """The record of a face that no person has."""
    return Consent(kind="synthetic", statement=f"{title} is invented and shows no real person.")


def public_domain(work: str) -> Consent:
    """The record of a work whose rights have ended."""
    return Consent(kind="public-domain", statement=work)


def real_person(who: str, relation: str, given: dt.date, today: dt.date, *, scope: str | None, expires: dt.date | None,
                document: str | None) -> Agreed:
    """The record of a real person who agrees.

    Raises:
        FixRequest: the consent lies in the future or has ended, or the document cannot be read.
    """
    if given > today + dt.timedelta(days=1):
        raise FixRequest(f"the consent is dated {given}, which is still to come: give the day on which it was given")
    if expires and expires <= max(given, today):
        raise FixRequest(f"the consent would end on {expires}, so no reel could be made: give a later day")
    path = None if document is None else Path(document).expanduser()
    if path:
        _read(path)
    return Agreed(Consent(kind="consent", statement=f"Shown is a real person; {who} ({relation}) agreed to this avatar.",
                          given_by=who, relation=relation, date=given, scope=scope or None, expires=expires), path)


def _of_person(arguments: argparse.Namespace, today: dt.date) -> Agreed:
    if arguments.relation is None:
        raise FixRequest("--consent-by says who agrees; add --relation, what that person is to you, e.g. --relation self")
    return real_person(
        _words("--consent-by", arguments.consent_by), _words("--relation", arguments.relation),
        _date("--consent-date", arguments.consent_date) or today, today,
        scope=_words("--scope", arguments.scope) if arguments.scope is not None else None,
        expires=_date("--expires", arguments.expires), document=arguments.consent_document)


def _confirmed(agreed: Agreed) -> Agreed:
    """The same, after a person said yes to it."""
    consent = agreed.consent
    told = [consent.statement, *(f"{name}: {value}" for name, value in (
        ("covers", consent.scope), ("ends", consent.expires), ("document", agreed.document)) if value)]
    sys.stderr.write("\n" + "\n".join(told) + "\n")
    if _answer("Is that right? [y/N] ", needed=False).lower() not in {"y", "yes"}:
        raise ConsentMissing("not confirmed: nothing was made. Run the command again when it is clear who agreed to what")
    return agreed


def _answer(question: str, *, needed: bool = True) -> str:
    """One line of the terminal; asked again while it is empty or cannot be shown.

    Raises:
        ConsentMissing: the terminal was closed.
    """
    while True:
        sys.stderr.write(question)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise ConsentMissing("no answer: nothing was made. Without a consent on record no avatar is made")
        if unprintable_at(line) is None and (one_line(line) or not needed):
            return one_line(line)


def _words(flag: str, text: str) -> str:
    if unprintable_at(text) is not None or not one_line(text):
        raise FixRequest(f"{flag} is {text!r}: write a few words")
    return one_line(text)


def _date(flag: str, text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError as error:
        raise FixRequest(f"{flag} is {text!r}; write a date, e.g. 2027-12-31") from error


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FixRequest(f"the consent document {str(path)!r} is a folder, a device or a pipe, not a file: name the"
                             " file")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise FixRequest(f"the consent document {str(path)!r} cannot be read ({error.strerror}): check the path") from error
    if len(content) > MOST_BYTES:
        raise FixRequest(f"the consent document {str(path)!r} has more than {MOST_BYTES:,} bytes: save it smaller")
    return content
