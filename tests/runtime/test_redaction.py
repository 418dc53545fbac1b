"""Keys stay out of logs and errors, whoever writes them."""

import base64
import io
import logging
import traceback
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tasks.domain.errors import ReelsError
from tasks.runtime.redaction import cleaned, hide, redacted

KEY = "sk-hidden/+in a test=="


@pytest.fixture(autouse=True)
def _hidden() -> None:
    hide(KEY)


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger with a plain handler, and what it wrote."""
    written = io.StringIO()
    logger, handler = logging.getLogger("tests.redaction"), logging.StreamHandler(written)
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


class TestRedacted:
    @pytest.mark.parametrize("form", [KEY, quote(KEY, safe=""), base64.b64encode(KEY.encode()).decode()])
    def test_hides_the_forms_a_key_travels_in(self, form: str) -> None:
        """As it is, in an address, in a Basic header."""
        assert redacted(f"before {form} after") == "before *** after"

    @pytest.mark.parametrize("header", [
        "Authorization: Bearer never-seen-before", "'authorization': 'Basic bmV2ZXI='", "authorization=never-seen-before",
        "(b'Authorization', b'Bearer never-seen-before')"])
    def test_hides_authorization_headers_of_any_key(self, header: str) -> None:
        """Keys that nobody looked up, too."""
        assert "***" in redacted(header)
        assert "never-seen" not in redacted(header)
        assert "bmV2" not in redacted(header)

    def test_leaves_other_texts_alone(self) -> None:
        """Also the word itself."""
        text = "no authorization is needed to read this"
        assert redacted(text) == text


class TestLogs:
    def test_message_and_arguments_lose_the_key(self, log: tuple[logging.Logger, io.StringIO]) -> None:
        """However it got into the line."""
        logger, written = log
        logger.info("key %s", KEY)
        logger.debug({"headers": {"Authorization": f"Bearer {KEY}"}})
        logger.warning(f"f {KEY}")
        assert KEY not in written.getvalue()
        assert written.getvalue().count("***") == 3

    def test_traceback_loses_the_key(self, log: tuple[logging.Logger, io.StringIO]) -> None:
        """With all errors behind the first."""
        logger, written = log
        try:
            try:
                raise ValueError(KEY)
            except ValueError as error:
                raise RuntimeError("outer") from error
        except RuntimeError:
            logger.exception("failed")
        assert "RuntimeError: outer" in written.getvalue()
        assert "ValueError: ***" in written.getvalue()
        assert KEY not in written.getvalue()

    def test_line_without_a_key_keeps_its_arguments(self, caplog: pytest.LogCaptureFixture) -> None:
        """What groups log lines by their pattern goes on working."""
        logging.getLogger("tests.redaction").warning("%d of %d", 1, 2)
        assert caplog.records[0].args == (1, 2)

    def test_arguments_that_do_not_fit_do_not_break_the_program(self, log: tuple[logging.Logger, io.StringIO]) -> None:
        """And show no key either."""
        logger, written = log
        before, logging.raiseExceptions = logging.raiseExceptions, False
        try:
            logger.info("%d", KEY)
        finally:
            logging.raiseExceptions = before
        assert KEY not in written.getvalue()


class TestCleaned:
    def test_the_same_error_comes_back_without_the_key(self) -> None:
        """In its own text, in its notes, and in what lies behind it."""
        error = ReelsError(f"refused {KEY}")
        error.add_note(f"sent {KEY}")
        error.__cause__ = ValueError(KEY.encode(), 3)
        assert cleaned(error) is error
        told = "".join(traceback.format_exception(error))
        assert KEY not in told
        assert told.count("***") == 3

    def test_error_that_holds_on_to_the_key_is_replaced(self) -> None:
        """Its text comes from elsewhere than its arguments."""

        class Stubborn(Exception):
            def __str__(self) -> str:
                return f"still {KEY}"

        assert str(cleaned(Stubborn())) == "Stubborn: still ***"
