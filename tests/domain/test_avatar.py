"""What an avatar's file may say about consent."""

import datetime as dt

import pytest
from pydantic import ValidationError

from tasks.domain.avatar import Consent


class TestConsent:
    @pytest.mark.parametrize(("fields", "place"), [
        ({"kind": "public-domain", "statement": " "}, "statement"),
        ({"kind": "public-domain"}, "statement"),
        ({"kind": "consent", "statement": "I agree.", "given_by": ""}, "given_by"),
        ({"kind": "consent", "statement": "I agree.", "document": {"file": "/etc/passwd", "sha256": "0" * 64}},
         "document"),
        ({"kind": "consent", "statement": "I agree.", "document": {"file": "a.pdf", "sha256": "none"}}, "document"),
    ])
    def test_empty_words_and_odd_documents_are_refused(self, fields: dict[str, object], place: str) -> None:
        """A work needs its statement, a document a place in the folder and a digest."""
        with pytest.raises(ValidationError) as caught:
            Consent.model_validate(fields)
        assert caught.value.errors()[0]["loc"][0] == place


class TestInWords:
    @pytest.mark.parametrize(("fields", "words"), [
        ({"kind": "synthetic"}, "synthetic"), ({"kind": "public-domain"}, "public domain"),
        ({"kind": "consent", "given_by": "Jo", "relation": "self", "expires": dt.date(2027, 1, 1)},
         "consent of Jo (self) until 2027-01-01"),
        ({"kind": "consent", "given_by": "Jo"}, "consent of Jo"),
        ({"kind": "consent", "given_by": "Jo", "revoked": True}, "revoked (consent)"),
    ])
    def test_few_words_say_it(self, fields: dict[str, object], words: str) -> None:
        """Kind, who, until when."""
        assert Consent.model_validate({"statement": "So it is.", **fields}).in_words() == words
