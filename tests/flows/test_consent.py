"""By what right a face may be used: said with flags, or asked."""

import argparse
import datetime as dt
import hashlib
import io
from pathlib import Path

import pytest

from flows.cli import build_parser
from flows.consent import Agreed, ask_for_consent, consent_by_flags
from tasks.domain.errors import ConsentMissing, FixRequest

TODAY = dt.date(2026, 6, 1)


def flags(*given: str) -> argparse.Namespace:
    """The arguments of `reels avatar add` with flags."""
    return build_parser().parse_args(["avatar", "add", "photo.jpg", "--name", "jo", *given])


def said(*given: str) -> Agreed | None:
    """What flags say about Jo on the first of June."""
    return consent_by_flags(flags(*given), title="Jo", today=TODAY)


class TestFlags:
    def test_nothing_said_is_nothing_known(self) -> None:
        """Somebody is asked then."""
        assert said() is None

    def test_invented_face(self) -> None:
        """No person, no word needed."""
        agreed = said("--synthetic")
        assert agreed is not None
        assert (agreed.consent.kind, agreed.consent.statement) == ("synthetic", "Jo is invented and shows no real person.")

    def test_old_work(self) -> None:
        """What it is becomes the statement."""
        agreed = said("--public-domain", "Mona  Lisa,\n1503")
        assert agreed is not None
        assert (agreed.consent.kind, agreed.consent.statement) == ("public-domain", "Mona Lisa, 1503")

    def test_person_who_agrees(self) -> None:
        """Everything that was said, and the day; the day of today unless another was said."""
        agreed = said("--consent-by", "Jo Ray", "--relation", "employee", "--scope", "our channels",
                      "--expires", "2027-01-31")
        assert agreed is not None
        consent = agreed.consent
        assert (consent.kind, consent.given_by, consent.relation) == ("consent", "Jo Ray", "employee")
        assert (consent.scope, consent.date, consent.expires) == ("our channels", TODAY, dt.date(2027, 1, 31))
        earlier = said("--consent-by", "Jo", "--relation", "self", "--consent-date", "2026-05-01")
        assert earlier is not None
        assert earlier.consent.date == dt.date(2026, 5, 1)

    def test_document_is_copied_and_its_digest_kept(self, tmp_path: Path) -> None:
        """Under a plain name; the original stays where it is."""
        paper = tmp_path / "Vertrag Jo (final).PDF"
        paper.write_bytes(b"signed")
        agreed = said("--consent-by", "Jo", "--relation", "self", "--consent-document", str(paper))
        assert agreed is not None
        assert agreed.consent.document is None
        folder = tmp_path / "jo"
        folder.mkdir()
        document = agreed.keep(folder).document
        assert document is not None
        assert (document.file, document.sha256) == ("consent.pdf", hashlib.sha256(b"signed").hexdigest())
        assert (folder / "consent.pdf").read_bytes() == paper.read_bytes()

    @pytest.mark.parametrize(("given", "sentence"), [
        (("--synthetic", "--public-domain", "x"), "--synthetic and --public-domain contradict each other"),
        (("--synthetic", "--consent-by", "Jo"), "--synthetic and --consent-by contradict each other"),
        (("--synthetic", "--scope", "all"), "--scope belong to the consent of a real person: add --consent-by WHO"),
        (("--expires", "2027-01-01"), "--expires belong to the consent of a real person"),
        (("--consent-by", "Jo"), "add --relation, what that person is to you"),
        (("--consent-by", " ", "--relation", "self"), "--consent-by is ' ': write a few words"),
        (("--public-domain", ""), "--public-domain is '': write a few words"),
        (("--public-domain", "a\x1b[31mb"), "--public-domain is 'a\\x1b[31mb': write a few words"),
        (("--consent-by", "Jo", "--relation", "self", "--expires", "soon"), "--expires is 'soon'; write a date"),
        (("--consent-by", "Jo", "--relation", "self", "--expires", "2026-06-01"), "would end on 2026-06-01"),
        (("--consent-by", "Jo", "--relation", "self", "--consent-date", "2026-07-01"), "is still to come"),
        (("--consent-by", "Jo", "--relation", "self", "--expires", ""), "--expires is ''; write a date"),
        (("--consent-by", "Jo", "--relation", "self", "--consent-document", "none.pdf"), "'none.pdf' cannot be read"),
        (("--consent-by", "Jo", "--relation", "self", "--consent-document", ""), "'.' is a folder, a device or a pipe"),
    ])
    def test_contradictions_and_gaps_are_told(self, given: tuple[str, ...], sentence: str) -> None:
        """One sentence each."""
        with pytest.raises(FixRequest) as caught:
            said(*given)
        assert sentence in str(caught.value)


class TestQuestions:
    def ask(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> Agreed:
        """Somebody at the terminal answers line by line."""
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        return ask_for_consent(title="Jo", today=TODAY)

    def test_person_is_asked_for_everything(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Kind, who, relation, scope, end, document; an empty answer to what is needed is asked again."""
        agreed = self.ask(monkeypatch, "7", "1", "", "Jo Ray", "self", "our channels", "2027-01-31", "", "y")
        consent = agreed.consent
        assert (consent.given_by, consent.relation, consent.scope) == ("Jo Ray", "self", "our channels")
        assert (consent.date, consent.expires) == (TODAY, dt.date(2027, 1, 31))
        asked = capsys.readouterr().err
        assert asked.count("Who agrees to this avatar?") == 2
        assert "covers: our channels" in asked
        assert "Is that right? [y/N]" in asked

    @pytest.mark.parametrize(("answers", "kind", "statement"), [
        (("2", "yes"), "synthetic", "Jo is invented and shows no real person."),
        (("3", "Mona Lisa, 1503", "y"), "public-domain", "Mona Lisa, 1503"),
    ])
    def test_other_cases_are_short(
        self, monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...], kind: str, statement: str,
    ) -> None:
        """One question more at most, and the confirmation."""
        consent = self.ask(monkeypatch, *answers).consent
        assert (consent.kind, consent.statement) == (kind, statement)

    @pytest.mark.parametrize(("answers", "sentence"), [
        (("2", "n"), "not confirmed: nothing was made"), (("2", ""), "not confirmed: nothing was made"),
        (("2",), "no answer: nothing was made"), (("1", "Jo"), "no answer: nothing was made"), ((), "no answer"),
    ])
    def test_without_a_yes_there_is_no_consent(
        self, monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...], sentence: str,
    ) -> None:
        """A closed terminal is no yes either."""
        with pytest.raises(ConsentMissing, match=sentence):
            self.ask(monkeypatch, *answers)
