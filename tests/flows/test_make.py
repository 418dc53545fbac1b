"""`reels make` and what surrounds it: who approves, which Prefect server is used, what happens when it is silent."""

import getpass
import io
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from flows.answering import answering_server
from flows.connection import connect
from flows.make import get_approved, user_name
from flows.planning import Overrides
from flows.variants import plan_variants
from tasks.approval.gate import recorded_approval
from tasks.domain.errors import ApprovalMissing, FixMachine, TryAgain
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, Variant
from tasks.runtime.local_server import LocalServer, RunningServer
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import RESULTS_BLOCK


@pytest.fixture
def environment() -> Iterator[None]:
    """What a test does to the environment is undone."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


class TestUserName:
    def test_user_without_a_name_is_a_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Containers run programs under numbers that no file of users knows."""
        def nameless() -> str:
            raise KeyError("getpwuid(): uid not found: 4711")

        monkeypatch.setattr(getpass, "getuser", nameless)
        monkeypatch.setattr(os, "getuid", lambda: 4711)
        assert user_name() == "user 4711"


class TestGetApproved:
    SCRIPT = Script(title="Tea", beats=(Beat(say="Hello."),), variants=(Variant(id="mei", avatar="mei"),))

    @pytest.fixture
    def plans(self, store: Store) -> tuple[ReelPlan, ...]:
        """Two reels of one script."""
        return plan_variants(self.SCRIPT, [], overrides=Overrides(), store=store, settings=Settings())

    def ask(self, plans: tuple[ReelPlan, ...], store: Store, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
        """Asks a person at a terminal, who answers."""
        terminal = io.StringIO(answer)
        terminal.isatty = lambda: True  # type: ignore[method-assign]
        monkeypatch.setattr("sys.stdin", terminal)
        get_approved(self.SCRIPT, plans, store, Settings(), yes=False)

    def test_one_answer_is_recorded_for_each_reel(
        self, plans: tuple[ReelPlan, ...], store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Who is asked sees all of them; afterwards nobody is asked again."""
        self.ask(plans, store, monkeypatch, "y\n")
        said = capsys.readouterr().err
        assert "Make these 2 reels? [y/N]" in said
        assert "avatar mei" in said
        records = [recorded_approval(plan, store=store) for plan in plans]
        assert [record and record.how for record in records] == ["terminal", "terminal"]
        self.ask(plans, store, monkeypatch, "")
        assert capsys.readouterr().err == ""

    def test_no_means_none(self, plans: tuple[ReelPlan, ...], store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing is recorded, so that an edited script is asked about again."""
        with pytest.raises(ApprovalMissing, match="not approved: nothing was made"):
            self.ask(plans, store, monkeypatch, "n\n")
        assert [recorded_approval(plan, store=store) for plan in plans] == [None, None]

    def test_only_those_that_wait_are_asked_about(
        self, plans: tuple[ReelPlan, ...], store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """A new variant of an approved script is one question about one reel."""
        get_approved(self.SCRIPT, plans[:1], store, Settings(), yes=True)
        self.ask(plans, store, monkeypatch, "yes\n")
        said = capsys.readouterr().err
        assert "Make this reel? [y/N]" in said
        assert "1 reel of this script; above is 'mei'" in said


@pytest.mark.usefixtures("environment")
class TestConnect:
    def test_own_server_hears_nothing_of_the_users_prefect(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Variables meant for another server would break this one, or let it keep results as pickles."""
        server = RunningServer(port=4200, pid=1, key="reels:secret")
        monkeypatch.setattr(LocalServer, "running", lambda _: server)
        monkeypatch.delenv("PREFECT_API_URL", raising=False)
        monkeypatch.setenv("PREFECT_CLIENT_CUSTOM_HEADERS", "no JSON")
        monkeypatch.setenv("PREFECT_PROFILE", "work")
        monkeypatch.setenv("PREFECT_API_KEY", "cloud")
        connect(Settings(home=tmp_path))
        assert not {"PREFECT_CLIENT_CUSTOM_HEADERS", "PREFECT_PROFILE", "PREFECT_API_KEY"} & os.environ.keys()
        assert os.environ["PREFECT_API_URL"] == server.api_url
        assert os.environ["PREFECT_RESULTS_LOCAL_STORAGE_PATH"] == str(tmp_path / "store" / "results")
        assert os.environ["PATH"]

    def test_users_own_server_keeps_its_settings(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever brings a server brings its key too."""
        monkeypatch.setenv("PREFECT_API_URL", "http://mine.example/api")
        monkeypatch.setenv("PREFECT_API_KEY", "mine")
        connect(Settings(home=tmp_path))
        assert os.environ["PREFECT_API_URL"] == "http://mine.example/api"
        assert os.environ["PREFECT_API_KEY"] == "mine"
        assert os.environ["PREFECT_RESULTS_LOCAL_STORAGE_PATH"] == str(tmp_path / "store" / "results")
        assert not (tmp_path / "prefect").exists()


@pytest.mark.usefixtures("environment")
def test_results_go_to_the_bucket_that_is_the_store(
    bucket: object, prefect: Store, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server learns of the store's block before any flow runs."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    monkeypatch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())
    connect(current_settings())
    assert os.environ["PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK"] == RESULTS_BLOCK
    assert "PREFECT_RESULTS_LOCAL_STORAGE_PATH" not in os.environ
    assert get_client(sync_client=True).read_block_document_by_name("results", "reels-store").data


class TestAnsweringServer:
    def test_silent_server_is_a_reason_to_try_again(self) -> None:
        """The sentence names the address; the block is not begun."""
        from prefect.settings import PREFECT_API_URL, temporary_settings

        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{nobody.getsockname()[1]}/api"
            with (temporary_settings({PREFECT_API_URL: url}), pytest.raises(TryAgain, match=url), answering_server()):
                pytest.fail("the block was begun")

    def test_server_of_this_machine_is_asked_without_reading_whom_to_trust(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """That list is long, and nothing is encrypted here."""
        import ssl

        from prefect.settings import PREFECT_API_URL, temporary_settings

        read = list[object]()
        monkeypatch.setattr(ssl, "create_default_context", lambda **given: read.append(given))
        with (temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}), pytest.raises(TryAgain), answering_server()):
            pytest.fail("the block was begun")
        assert read == []

    def test_address_that_is_none_is_to_be_mended(self) -> None:
        """No waiting helps here."""
        from prefect.settings import PREFECT_API_URL, temporary_settings

        with (temporary_settings({PREFECT_API_URL: "nonsense"}), pytest.raises(FixMachine, match="'nonsense'"),
              answering_server()):
            pytest.fail("the block was begun")

    def test_server_that_falls_silent_in_the_middle_is_a_reason_to_try_again(self, prefect: Store) -> None:
        """The user is told that a second run goes on."""
        with pytest.raises(TryAgain, match="goes on from the last finished stage"), answering_server():
            raise httpx.ConnectError("Connection refused")

    @pytest.mark.parametrize(("status", "expected"), [(401, FixMachine), (403, FixMachine), (500, TryAgain)])
    def test_refusal_is_told_from_an_outage(self, status: int, expected: type[Exception], prefect: Store) -> None:
        """A wrong key is to be corrected; a server in trouble recovers."""
        request = httpx.Request("GET", "http://127.0.0.1/api/health")
        with pytest.raises(expected), answering_server():
            raise httpx.HTTPStatusError("answer", request=request, response=httpx.Response(status, request=request))
