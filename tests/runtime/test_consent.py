"""Whether a face may be used: what is on record, today."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from tasks.domain.avatar import Consent
from tasks.domain.errors import ConsentMissing
from tasks.runtime.consent import check_consent

TODAY = dt.date(2026, 6, 1)
REAL_PERSON = {"kind": "consent", "statement": "I agree.", "given_by": "Jo", "date": dt.date(2026, 1, 1)}
PAPER = b"I agree. Jo"


def with_document(file: str = "papers/consent.pdf") -> Consent:
    """A consent whose document says `PAPER`."""
    return Consent.model_validate({**REAL_PERSON, "document": {"file": file, "sha256": hashlib.sha256(PAPER).hexdigest()}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An avatar's folder with the document in it."""
    (tmp_path / "avatar" / "papers").mkdir(parents=True)
    (tmp_path / "avatar" / "papers" / "consent.pdf").write_bytes(PAPER)
    return tmp_path / "avatar"


class TestCheckConsent:
    @pytest.mark.parametrize(("change", "sentence"), [
        ({"revoked": True}, "the consent for avatar 'eve' was revoked"),
        ({"expires": TODAY}, "ended on 2026-06-01"),
        ({"expires": TODAY - dt.timedelta(days=1)}, "ended on 2026-05-31"),
        ({"given_by": None}, "does not say who gave it and when"),
        ({"date": None}, "does not say who gave it and when"),
    ])
    def test_face_without_consent_is_refused(self, change: dict[str, object], sentence: str) -> None:
        """Revoked, over or incomplete: no new reel."""
        with pytest.raises(ConsentMissing, match=sentence):
            check_consent("eve", Consent.model_validate({**REAL_PERSON, **change}), TODAY, None)

    @pytest.mark.parametrize("consent", [
        REAL_PERSON, {**REAL_PERSON, "expires": TODAY + dt.timedelta(days=1)},
        {**REAL_PERSON, "relation": "self", "scope": "reels for our channels"},
        {"kind": "synthetic", "statement": "Invented."}, {"kind": "public-domain", "statement": "A painting of 1503."},
    ])
    def test_consent_that_holds_lets_pass(self, consent: dict[str, object]) -> None:
        """Until the day it ends; an invented face needs nobody's word."""
        check_consent("eve", Consent.model_validate(consent), TODAY, None)


class TestVoice:
    """A voice that is cloned needs the same."""

    def test_messages_speak_of_the_voice(self, folder: Path) -> None:
        """And of its own file."""
        with pytest.raises(ConsentMissing, match=r"for voice 'eve' ended .* into voice.yaml, or choose another voice"):
            check_consent("eve", Consent.model_validate({**REAL_PERSON, "expires": TODAY}), TODAY, None, of="voice")
        (folder / "papers" / "consent.pdf").unlink()
        with pytest.raises(ConsentMissing, match=r"of voice 'eve' is missing: .* or choose another voice"):
            check_consent("eve", with_document(), TODAY, folder, of="voice")


class TestDocument:
    """The paper beside the portrait."""

    def test_document_with_its_digest_lets_pass(self, folder: Path) -> None:
        """It is there and says what it said."""
        check_consent("eve", with_document(), TODAY, folder)

    def test_missing_document_is_refused(self, folder: Path) -> None:
        """The sentence says where it belongs."""
        (folder / "papers" / "consent.pdf").unlink()
        with pytest.raises(ConsentMissing, match=r"document 'papers/consent.pdf' of avatar 'eve' is missing: put it back"):
            check_consent("eve", with_document(), TODAY, folder)

    def test_changed_document_is_refused(self, folder: Path) -> None:
        """One byte is enough."""
        (folder / "papers" / "consent.pdf").write_bytes(PAPER + b".")
        with pytest.raises(ConsentMissing, match="is another than the one agreed on"):
            check_consent("eve", with_document(), TODAY, folder)

    @pytest.mark.parametrize("file", ["../outside.pdf", "link.pdf"])
    def test_document_outside_of_the_folder_is_refused(self, folder: Path, file: str) -> None:
        """Neither by dots nor by a link."""
        (folder.parent / "outside.pdf").write_bytes(PAPER)
        (folder / "link.pdf").symlink_to(folder.parent / "outside.pdf")
        with pytest.raises(ConsentMissing, match="lies outside the avatar's folder"):
            check_consent("eve", with_document(file), TODAY, folder)

    def test_document_of_a_folder_that_is_gone_is_not_asked_for(self) -> None:
        """What was checked when the reel was planned holds."""
        check_consent("eve", with_document(), TODAY, None)
