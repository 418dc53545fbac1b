"""Links: signed for one file of one set until one second, found again by reel or run."""

import datetime as dt
import hashlib
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import FixMachine, UnknownName
from tasks.domain.reel import FinishedSet
from tasks.runtime.links import (
    KeptSet,
    find_set,
    is_genuine,
    keep_set,
    link_address,
    link_key,
    link_port,
    link_to,
    set_name_of,
    sets_called,
    signed,
)
from tasks.runtime.processes import FOLDER
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

KEY = b"k" * 32
NAME = f"{'a' * 16}-{'b' * 16}"
RUN = "0a1b2c3d-0000-4000-8000-000000000000"


def a_set(store: Store, manifest: str = '{"title": "Tea"}') -> FinishedSet:
    """A finished set of two small files."""
    video = store.put_text("film", ".mp4")
    files = {"reel.mp4": video, "reel.json": store.put_text(manifest, ".json")}
    return FinishedSet(id=video.sha256[:16], slug="tea", files=files)


class TestSigned:
    def test_own_link_is_genuine(self) -> None:
        """Signed and checked with the same key."""
        assert is_genuine(signed(NAME, "reel.mp4", 99, KEY), KEY)

    @pytest.mark.parametrize("change", [
        {"set_name": f"{'a' * 16}-{'c' * 16}"}, {"file": "reel.json"}, {"file": ""}, {"expires_s": 100}, {"signature": ""},
        {"signature": "é"},
    ])
    def test_changed_link_is_not(self, change: dict[str, object]) -> None:
        """Another set, file or time needs another signature."""
        assert not is_genuine(replace(signed(NAME, "reel.mp4", 99, KEY), **change), KEY)  # type: ignore[arg-type]

    def test_link_of_another_key_is_not(self) -> None:
        """Another installation's, or one from before the key was changed."""
        assert not is_genuine(signed(NAME, "reel.mp4", 99, b"x" * 32), KEY)

    @given(st.text(max_size=20), st.text(max_size=20))
    def test_parts_cannot_be_shifted_into_each_other(self, first: str, second: str) -> None:
        """What is signed for (a, bc) is not good for (ab, c)."""
        link = signed(first, second, 1, KEY)
        for cut in range(len(first + second)):
            moved = replace(link, set_name=(first + second)[:cut], file=(first + second)[cut:])
            if (moved.set_name, moved.file) != (first, second) and "\0" not in first + second:
                assert not is_genuine(moved, KEY)


class TestLinkTo:
    def test_link_names_set_and_time(self, store: Store, home: Path) -> None:
        """The days of the setting, from now on."""
        settings = Settings(home=home, link_port=4321, link_days=2)
        finished = a_set(store)
        before_s = dt.datetime.now(dt.UTC).timestamp()
        link = link_to(finished, store=store, settings=settings)
        assert link is not None
        start, _, rest = link.partition("/r/")
        name, expires, signature, file = rest.split("/")
        assert (start, name, file) == ("http://127.0.0.1:4321", set_name_of(finished), "")
        assert 0 <= int(expires) - before_s - 2 * 86400 + 1 < 60
        assert signature == signed(name, "", int(expires), link_key(settings)).signature

    def test_without_a_link_server_there_is_no_link(self, store: Store, home: Path) -> None:
        """A machine that never served any; the set is noted all the same, for later."""
        finished = a_set(store)
        assert link_to(finished, store=store, settings=Settings(home=home)) is None
        assert find_set(store, set_name_of(finished)) is not None

    def test_address_of_a_proxy_stands_first(self, home: Path) -> None:
        """What browsers of a team see."""
        settings = Settings(home=home, link_url="https://reels.example.com/watch/", link_port=4321)
        assert link_address(settings) == "https://reels.example.com/watch"


class TestSetsCalled:
    def test_reel_is_found_by_its_id_and_its_run(self, store: Store) -> None:
        """Both stand on the run's page."""
        finished = a_set(store)
        keep_set(finished, store, run=RUN)
        assert [kept.finished for kept in sets_called(store, finished.id)] == [finished]
        assert [kept.finished for kept in sets_called(store, RUN)] == [finished]

    def test_newest_papers_come_last(self, store: Store) -> None:
        """The same film made twice has two manifests."""
        for number in range(3):
            keep_set(a_set(store, f'{{"title": "{number}"}}'), store)
        found = sets_called(store, a_set(store).id)
        assert [kept.kept_at for kept in found] == sorted(kept.kept_at for kept in found)
        assert len(found) == 3

    @pytest.mark.parametrize("wanted", ["", "x", "0" * 16, RUN, "../../etc/passwd", "a" * 15, "*", "0" * 36])
    def test_unknown_is_a_clear_error(self, wanted: str, store: Store) -> None:
        """And no path of this machine."""
        keep_set(a_set(store), store)
        with pytest.raises(UnknownName, match="reel"):
            sets_called(store, wanted)

    @pytest.mark.parametrize("name", ["", "..", "../x", f"{'a' * 16}-{'b' * 15}", f"{'A' * 16}-{'b' * 16}", NAME + "\n"])
    def test_odd_names_are_never_looked_up(self, name: str, store: Store) -> None:
        """A claim is a file in a folder store: no name but a set's may reach it."""
        assert find_set(store, name) is None

    def test_kept_set_survives_the_store(self, store: Store) -> None:
        """As it was noted."""
        finished = a_set(store)
        kept = find_set(store, keep_set(finished, store, run=RUN))
        assert isinstance(kept, KeptSet)
        assert (kept.finished, kept.run) == (finished, RUN)


class TestLinkKey:
    def test_key_is_made_once_and_private(self, home: Path) -> None:
        """Long, and for its owner only."""
        settings = Settings(home=home)
        key = link_key(settings)
        assert (link_key(settings), len(key) >= 32) == (key, True)
        assert stat.S_IMODE((home / FOLDER / "links.key").stat().st_mode) == 0o600

    def test_setting_is_the_key_of_a_team(self, home: Path) -> None:
        """Every machine signs and checks alike; it shows itself nowhere."""
        settings = Settings(home=home, link_key=hashlib.sha256(b"team").hexdigest())  # type: ignore[arg-type]
        assert link_key(settings) == hashlib.sha256(b"team").hexdigest().encode()
        assert hashlib.sha256(b"team").hexdigest() not in repr(settings) + settings.model_dump_json()

    def test_damaged_key_is_a_clear_error(self, home: Path) -> None:
        """An empty key would sign for everybody."""
        (home / FOLDER).mkdir(parents=True)
        (home / FOLDER / "links.key").write_text("")
        with pytest.raises(FixMachine, match="links.key"):
            link_key(Settings(home=home))


class TestLinkPort:
    def test_port_is_kept(self, home: Path) -> None:
        """Links outlive a restart."""
        settings = Settings(home=home)
        assert link_port(settings) == link_port(settings, to_start=True) == link_port(settings)

    @pytest.mark.parametrize("text", ["", "x", "0", "70000", "-1"])
    def test_damaged_port_is_chosen_anew(self, text: str, home: Path) -> None:
        """A half-written file stops nobody."""
        (home / FOLDER).mkdir(parents=True)
        (home / FOLDER / "links.port").write_text(text)
        assert 0 < link_port(Settings(home=home)) < 65536
