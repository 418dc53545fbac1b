"""Films behind OpenAI's protocol, through the real client, from servers that speak it as each of them does."""

import base64
import io
import json
import os
import time
import wave
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tasks.domain.errors import FixMachine, FixRequest, MissingTool, OverLimit, PaymentUnknown, ReelsError, TryAgain
from tasks.domain.money import Limits
from tasks.generation.openai_videos import (
    ENDED,
    OpenAIVideosFilms,
    SoraFilms,
    TalkingServerFilms,
    VideoServerFilms,
    price_of_seconds,
)
from tasks.generation.video_jobs import MISSES
from tasks.media.received_film import measure_film
from tasks.runtime import openai_line, spending
from tasks.runtime.clean_up import clean_up
from tasks.runtime.engines import find_engine
from tasks.runtime.providers import Terms
from tasks.runtime.tuning import Tuning

SERVER, PAID = "video-server", "openai-videos"
DIALECTS = ["vllm-omni", "sglang", "openai"]
CENT = Decimal("0.01")


@pytest.fixture(params=[SERVER, PAID])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestRequest:
    """What goes over the line."""

    def test_own_server_gets_everything(self, studio: Any) -> None:
        """Protocol and extensions, and the portrait as a JPEG of the film's shape."""
        studio.tuning = studio.tuning.model_copy(update={"steps": 30, "guidance": 4.5, "fps": 16})
        studio.make(SERVER)
        form, = studio.created
        name, kind, content = form.pop("input_reference")
        assert form == {"prompt": "She looks at us.", "model": "a-model", "seconds": "1", "size": "144x256", "fps": "16",
                        "num_frames": "16", "seed": "7", "negative_prompt": "blur", "num_inference_steps": "30",
                        "guidance_scale": "4.5"}
        assert (name, kind) == ("picture.jpg", "image/jpeg")
        assert cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR).shape == (256, 144, 3)

    def test_paid_service_gets_the_protocols_fields(self, studio: Any) -> None:
        """It may refuse others; parts of a second are bought whole."""
        studio.make(PAID, studio.order(duration_s=0.6))
        form, = studio.created
        assert set(form) == {"prompt", "model", "seconds", "size", "input_reference"}
        assert form["seconds"] == "1"

    def test_usual_film_is_upright_and_no_longer_than_a_clip(self) -> None:
        films = VideoServerFilms()
        assert films.identity["size"] == films.size == (720, 1280)
        assert (films.longest_s, films.model) == (5.0, "the server's")
        assert VideoServerFilms(tuning=Tuning(clip_s=3.5)).longest_s == 3.5

    def test_film_from_text_sends_no_picture(self, studio: Any) -> None:
        studio.make(SERVER, studio.order(picture=None))
        assert "input_reference" not in studio.created[0]

    def test_sglang_that_wants_a_picture_says_so(self, at: Callable[[str], Any]) -> None:
        """Its words are passed on."""
        studio = at("sglang")
        with pytest.raises(FixRequest, match="input_reference file is required"):
            studio.make(SERVER, studio.order(picture=None))

    def test_only_needed_headers_leave(self, studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither address nor key come from variables meant for other programs."""
        monkeypatch.setenv("OPENAI_API_KEY", "sk-stray")
        monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        studio.make(SERVER)
        for one in studio.server.asked:
            assert one["headers"]["authorization"] == f"Bearer {studio.key}"
            assert not any(name.startswith(("x-", "openai-")) for name in one["headers"])

    def test_server_that_wants_no_key_gets_none(self, studio: Any) -> None:
        studio.server.key = None
        key, studio.key = studio.key, None
        studio.make(SERVER)
        assert "authorization" not in studio.server.asked[0]["headers"]
        studio.key = key

    def test_seed_decides_the_request(self, studio: Any) -> None:
        """Another take is another film; the same order is never sent twice."""
        for seed in (1, 2, 1):
            studio.make(SERVER, studio.order(seed=seed))
        assert [form["seed"] for form in studio.created] == ["1", "2"]


class TestTalking:
    """A portrait that follows a voice."""

    def test_picture_and_voice_are_sent_as_data(self, studio: Any) -> None:
        """As the documentation of vLLM-Omni says; the voice with as many samples as models hear."""
        studio.make("talking-server", studio.order(voice=studio.voice()))
        form, = studio.created
        picture, voice = (decoded(json.loads(form[f"{kind}_reference"])[f"{kind}_url"]) for kind in ("image", "audio"))
        assert "input_reference" not in form
        assert form["num_frames"] == "24"
        assert cv2.imdecode(np.frombuffer(picture[1], np.uint8), cv2.IMREAD_COLOR).shape == (256, 144, 3)
        with wave.open(io.BytesIO(voice[1])) as file:
            assert (file.getframerate(), file.getnframes(), file.getnchannels()) == (16_000, 16_000, 1)
        assert (picture[0], voice[0]) == ("data:image/jpeg", "data:audio/wav")

    def test_longest_voice_fits_into_a_field(self, studio: Any) -> None:
        """Web servers like vLLM-Omni's take 1 MiB a field."""
        studio.tuning = studio.tuning.model_copy(update={"clip_s": None})
        longest_s = TalkingServerFilms(tuning=studio.tuning).longest_s
        studio.make("talking-server", studio.order(voice=studio.voice(longest_s), duration_s=longest_s))
        assert all(len(value) < 1 << 20 for value in studio.created[0].values())

    def test_follows_a_voice_and_needs_one(self, studio: Any) -> None:
        assert (TalkingServerFilms.follows, VideoServerFilms.follows) == ("voice", "nothing")
        with pytest.raises(FixRequest, match="not given both"):
            studio.make("talking-server")


class TestFilm:
    """What comes back."""

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("looks", [0, 3])
    def test_film_arrives_as_it_was_made(self, at: Callable[[str], Any], video_program: Any, dialect: str, looks: int,
                                         engine: str) -> None:
        """From each kind of server, at once or after a while; the store has it too."""
        studio = at(dialect)
        studio.server.looks_needed = looks
        made = studio.make(engine)
        assert made.warnings == ()
        assert studio.film.read_bytes() == video_program.made(144, 256, 24, 24)
        assert studio.film.read_bytes() in studio.kept().values()
        assert len(studio.slept) == looks
        assert studio.access.cost_usd == (0.1 if engine == PAID else 0)

    @pytest.mark.parametrize(("fate", "phrase"), [
        ("small", "has 72x128 pixels, 144x256 were asked for"), ("short", "lasts 0.5 s, 1.0 s were ordered"),
        ("long", "lasts 2.0 s, 1.0 s were ordered")])
    def test_other_film_than_ordered_is_told(self, studio: Any, engine: str, fate: str, phrase: str) -> None:
        studio.server.orders.fates.append(fate)
        assert phrase in "".join(studio.make(engine).warnings)

    def test_shorter_clip_than_ordered_is_told(self, studio: Any) -> None:
        assert "lasts 1.0 s, 9.0 s were ordered" in "".join(studio.make(SERVER, studio.order(duration_s=9)).warnings)

    def test_other_codec_becomes_the_usual_one(self, studio: Any) -> None:
        studio.server.orders.fates.append("mpeg4")
        studio.make(SERVER)
        film = measure_film(studio.film.read_bytes())
        assert (film.usual, film.size, film.frames) == (True, (144, 256), 24)

    @pytest.mark.parametrize(("fate", "phrase"), [
        ("half", "lacks 1[0-9] of its 24 frames"), ("corrupt", "broken"), ("empty", "no film but empty"),
        ("sound", "without a moving picture")])
    def test_file_that_is_no_film_fails_the_job(self, studio: Any, engine: str, fate: str, phrase: str) -> None:
        """After a second download. Of a paid one nobody knows whether it was charged: its price counts."""
        studio.server.orders.fates.append(fate)
        with pytest.raises(ReelsError, match=phrase) as caught:
            studio.make(engine)
        assert isinstance(caught.value, TryAgain) == (engine == SERVER)
        assert [entry.state for entry in studio.entries()] == ["lost" if engine == PAID else "released"]
        assert sum(one["path"].endswith("/content") for one in studio.server.asked) == 2
        assert not studio.film.exists()
        studio.make(engine)

    @pytest.mark.parametrize("loads", [["html", "html"], ["broken"], ["cut-1"], ["cut-500"], ["cut-999"]])
    def test_download_that_breaks_off_goes_on_with_the_next_run(self, studio: Any, engine: str, loads: list[str]) -> None:
        """The film is still there: the same job, one charge."""
        studio.server.orders.loads += (MISSES + 1) * loads
        with pytest.raises(TryAgain):
            studio.make(engine)
        studio.make(engine)
        assert len(studio.created) == 1

    def test_film_that_comes_in_pieces_without_end_is_not_taken(
        self, studio: Any, engine: str, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(openai_line, "FILM_BYTES", 1 << 20)
        studio.server.orders.loads += (MISSES + 1) * ["huge"]
        with pytest.raises(TryAgain, match="longer than 1 MiB"):
            studio.make(engine)

    def test_one_broken_download_is_no_broken_film(self, studio: Any, engine: str) -> None:
        """A web page in between."""
        studio.server.orders.loads += ["html"]
        studio.make(engine)

    def test_film_that_is_not_ready_yet_is_waited_for(self, at: Callable[[str], Any]) -> None:
        """SGLang answers 404 to who comes too early."""
        studio = at("sglang")
        studio.server.orders.loads += ["early", "early"]
        studio.make(SERVER)
        assert len(studio.created) == 1

    def test_film_that_the_store_lost_is_fetched_again(self, studio: Any, engine: str) -> None:
        """Also if the server is away for a moment; it is not paid twice."""
        studio.make(engine)
        entry, = studio.entries()
        studio.store.path(entry.result).unlink()
        studio.server.orders.looks.append("broken")
        studio.make(engine)
        assert len(studio.created) == 1

    @pytest.mark.parametrize("forgotten", [True, False])
    def test_film_is_cleared_away_where_nothing_is_paid_and_there_again_afterwards(
        self, studio: Any, engine: str, forgotten: bool,
    ) -> None:
        """Once it was not used for a while: fetched again, or made again where the server has forgotten it by then."""
        studio.make(engine)
        first, (entry,) = studio.film.read_bytes(), studio.entries()
        kept = studio.store.root / entry.result.uri
        clean_up(studio.store, unused_since_s=time.time(), at_work=lambda: False)
        assert kept.exists()
        os.utime(kept, (0, 0))
        clean_up(studio.store, unused_since_s=time.time(), at_work=lambda: False)
        assert kept.exists() == (engine == PAID)
        if forgotten:
            studio.server.jobs.clear()
        studio.make(engine)
        assert studio.film.read_bytes() == first
        assert len(studio.created) == (2 if forgotten and engine == SERVER else 1)

    @pytest.mark.parametrize("gone", ["expired", "expired-410", "expired-403"])
    def test_expired_film_is_made_anew_where_nothing_is_paid(self, studio: Any, engine: str, gone: str) -> None:
        """Of a paid one the price counts, and a new run needs a higher approval if that does not cover it."""
        studio.server.orders.loads.append(gone)
        with pytest.raises(ReelsError, match="not there any more") as caught:
            studio.make(engine)
        assert isinstance(caught.value, TryAgain) == (engine == SERVER)
        assert [entry.counts_usd for entry in studio.entries()] == [Decimal("0.1") if engine == PAID else 0]


REFUSED = {"quota": FixMachine, "crowded": TryAgain, "moderation": FixRequest, "echo": FixRequest, "missing": FixRequest,
           "moved": FixMachine}
"""Faults by which a request is certainly not taken, and whose turn it is."""


class TestRefusals:
    """What a server may answer to an order."""

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("fault", REFUSED)
    def test_refusal_costs_nothing_and_is_not_repeated(self, at: Callable[[str], Any], dialect: str, fault: str,
                                                       engine: str) -> None:
        """In the server's own words, whatever their shape, without the key."""
        studio = at(dialect)
        studio.server.orders.creates.append(fault)
        with pytest.raises(ReelsError) as caught:
            studio.make(engine)
        assert type(caught.value) is REFUSED[fault]
        assert str(caught.value).startswith(f"{engine} answered ")
        assert studio.key not in str(caught.value)
        assert ("***" in str(caught.value)) == (fault == "echo")
        assert len(studio.created) == 1
        assert [entry.state for entry in studio.entries()] == ["released"]

    def test_refused_content_is_told(self, studio: Any, engine: str) -> None:
        studio.server.orders.creates.append("moderation")
        with pytest.raises(FixRequest, match="it refuses the content; change the picture or its text"):
            studio.make(engine)

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_content_refused_later_is_told_too(self, at: Callable[[str], Any], dialect: str, engine: str) -> None:
        studio = at(dialect)
        studio.server.orders.fates.append("moderated")
        with pytest.raises(FixRequest, match="blocked by our moderation system"):
            studio.make(engine)

    def test_wrong_key_is_the_machines(self, studio: Any, engine: str) -> None:
        key, studio.key = studio.key, "sk-of-somebody-else"
        with pytest.raises(MissingTool, match="check the key") as caught:
            studio.make(engine)
        assert "somebody" not in str(caught.value)
        studio.key = key

    def test_busy_server_is_waited_for_as_long_as_it_says(self, studio: Any, engine: str) -> None:
        studio.server.orders.creates.append("busy")
        studio.make(engine)
        assert studio.slept[0] == 3.0

    def test_nobody_listening_is_tried_later(self, studio: Any, engine: str) -> None:
        studio.server.shutdown()
        studio.server.server_close()
        with pytest.raises(TryAgain, match="does not answer"):
            studio.make(engine)
        assert [entry.state for entry in studio.entries()] == ["released"]

    def test_limits_hold(self, studio: Any) -> None:
        studio.limits = Limits(reel_usd=9 * CENT)
        with pytest.raises(OverLimit, match="would cost 0.10 USD"):
            studio.make(PAID)
        assert studio.server.asked == []


class TestJobs:
    """What may go wrong while a job is made and followed."""

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_failed_job_says_why(self, at: Callable[[str], Any], dialect: str, engine: str) -> None:
        studio = at(dialect)
        studio.server.orders.fates.append("failed")
        with pytest.raises(ReelsError, match="out of memory") as caught:
            studio.make(engine)
        assert isinstance(caught.value, TryAgain) == (engine == SERVER)

    @pytest.mark.parametrize("fault", ["broken", "busy", "cut", "html"])
    def test_look_that_fails_goes_on_with_the_next_run(self, studio: Any, engine: str, fault: str) -> None:
        """One film is asked for."""
        studio.server.orders.looks += ["", *((MISSES + 1) * [fault])]
        with pytest.raises(TryAgain):
            studio.make(engine)
        studio.make(engine)
        assert len(studio.created) == 1

    @pytest.mark.parametrize("fault", ["broken", "busy", "cut", "html"])
    def test_some_looks_may_fail(self, studio: Any, engine: str, fault: str) -> None:
        """A job takes minutes, and a server may be away for a moment, now and then."""
        studio.server.looks_needed = 2
        studio.server.orders.looks += [*(MISSES * [fault]), "", *(MISSES * [fault])]
        studio.make(engine)

    def test_job_that_never_ends_is_left_to_the_next_run(
        self, studio: Any, engine: str, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(spending, "JOB_S", 0.05)
        studio.server.orders.fates.append("stuck")
        for _ in range(2):
            with pytest.raises(TryAgain, match="it asks for the same job"):
                studio.make(engine)
        next(iter(studio.server.jobs.values())).fate = ""
        studio.make(engine)
        assert len(studio.created) == 1

    @pytest.mark.parametrize("fault", ["cut", "slow"])
    @pytest.mark.parametrize("dialect", ["vllm-omni", "openai"])
    def test_job_whose_name_never_came_is_found_by_its_prompt(
        self, at: Callable[[str], Any], engine: str, dialect: str, fault: str, impatient: Callable[[float], None],
    ) -> None:
        """Among jobs of others, older ones and known ones."""
        studio = at(dialect)
        studio.make(engine)
        for prompt, age_s in (("A cat.", 0), ("She looks at us.", 3600)):
            job = studio.server.make({"prompt": prompt, "size": "144x256", "seconds": "1"})
            job.created_s -= age_s
        if fault == "slow":
            impatient(1.0)
        studio.server.orders.creates.append(fault)
        studio.make(engine, studio.order(seed=8))
        assert len(studio.created) == 2
        assert studio.film.exists()

    def test_job_that_cannot_be_found_is_asked_for_again_where_nothing_is_paid(self, at: Callable[[str], Any]) -> None:
        """SGLang's list holds no prompts."""
        studio = at("sglang")
        studio.server.orders.creates.append("cut")
        with pytest.raises(TryAgain, match="run the command again"):
            studio.make(SERVER)
        studio.make(SERVER)
        assert len(studio.created) == 2

    @pytest.mark.parametrize("lists", [True, False])
    def test_job_that_cannot_be_found_is_a_question_where_it_is_paid(self, at: Callable[[str], Any], *, lists: bool) -> None:
        """Two may be it, or the service lists none: a person looks at the bill."""
        studio = at("openai")
        studio.server.lists = lists
        studio.server.make({"prompt": "She looks at us.", "size": "144x256", "seconds": "1"})
        studio.server.orders.creates.append("cut")
        for _ in range(2):
            with pytest.raises(PaymentUnknown, match="reels costs settle"):
                studio.make(PAID)
        assert len(studio.created) == 1

    def test_error_inside_the_server_is_looked_into(self, studio: Any) -> None:
        """Nothing was made: the next run asks again."""
        studio.server.orders.creates.append("broken")
        with pytest.raises(TryAgain, match="it answered 500"):
            studio.make(SERVER)
        studio.make(SERVER)
        assert len(studio.created) == 2

    @pytest.mark.parametrize("fault", ["html", "nameless"])
    def test_something_else_behind_the_address_is_the_machines(self, studio: Any, fault: str) -> None:
        studio.server.orders.creates.append(fault)
        with pytest.raises(FixMachine, match=r"\[providers.video-server\] url"):
            studio.make(SERVER)

    def test_forgotten_job_is_made_anew_where_nothing_is_paid(self, studio: Any, engine: str) -> None:
        """The server was started again; of a paid service it is a question."""
        studio.server.orders.looks += ["", "forgotten"]
        with pytest.raises(PaymentUnknown if engine == PAID else TryAgain, match="does not know the job"):
            studio.make(engine)
        if engine == SERVER:
            studio.make(engine)

    def test_cancelled_job_is_stopped_where_nothing_is_paid(self, studio: Any, engine: str) -> None:
        """Ctrl-C; a paid job goes on, and the next run gets it."""
        studio.server.orders.fates.append("stuck")
        studio.slept = Interrupting()
        with pytest.raises(KeyboardInterrupt):
            studio.make(engine)
        deleted = [one["path"] for one in studio.server.asked if one["method"] == "DELETE"]
        assert deleted == ([f"/v1/videos/{name}" for name in studio.server.jobs] if engine == SERVER else [])

    def test_progress_is_passed_on(self, studio: Any) -> None:
        studio.server.looks_needed = 4
        studio.make(SERVER)
        assert [done for done, said in studio.notes if "works on job" in said] == [0.0, 0.1, 0.2, 0.3]


class Interrupting(list[float]):
    """Ctrl-C while it is waited."""

    def append(self, _seconds: float) -> None:
        raise KeyboardInterrupt


class TestPrice:
    """What films of a service cost."""

    def test_second_has_the_price_of_the_installation(self) -> None:
        price = price_of_seconds(4, Terms(usd_per_second=Decimal("0.10")))
        assert (price.usd, price.why) == (Decimal("0.40"), "4 s at 0.10 USD a second")

    def test_plan_is_priced_by_its_speech(self, studio: Any, plan: Any) -> None:
        """As many whole clips as it takes, each as often as takes are made; without them it costs nothing."""
        terms, filmed = Terms(usd_per_second=Decimal("0.10")), plan.model_copy(update={
            "engines": {"animation": "generated", "generation": "openai-videos"}})
        one, three = (OpenAIVideosFilms.price(filmed.model_copy(update={"takes": takes}), terms=terms).usd
                      for takes in (1, 3))
        assert one % Decimal("0.40") == 0
        assert one > 0
        assert three == 3 * one

    def test_plan_without_a_price_is_refused(self, plan: Any) -> None:
        with pytest.raises(FixMachine, match=r"\[providers.openai-videos\] usd_per_second = "):
            OpenAIVideosFilms.price(plan)


class TestOpenAIsOwn:
    """The service that has ended."""

    def test_sora_is_refused_when_it_is_planned(self, plan: Any) -> None:
        """With the day the menu names, and what there is instead."""
        assert find_engine("generation", "sora").sunset == ENDED
        with pytest.raises(FixRequest, match=f"{ENDED}.*video-server.*ltx.*wan.*puppet"):
            SoraFilms.price(plan)

    def test_address_of_openai_is_refused_when_it_is_planned(self, plan: Any) -> None:
        with pytest.raises(FixRequest, match=ENDED):
            OpenAIVideosFilms.price(plan, terms=Terms(usd_per_second=CENT, url="https://api.openai.com/v1"))

    @pytest.mark.parametrize("name", [SERVER, "sora"])
    def test_nothing_is_ever_sent_there(self, studio: Any, name: str) -> None:
        with pytest.raises(FixRequest, match=ENDED):
            studio.make(name, url="https://api.openai.com/v1")


@pytest.fixture
def plan() -> Any:
    """A plan with a short speech."""
    from tasks.domain.plan import ReelPlan, Voice
    from tasks.domain.script import Beat, Script

    return ReelPlan.model_construct(script=Script(title="T", beats=(Beat(say="Hello there, my friend."),)), engines={},
                                    voice=Voice(name="tone", language="en-US"), tail_s=0.5)


def decoded(url: str) -> tuple[str, bytes]:
    """Kind and content of an address that holds its bytes."""
    kind, _, content = url.partition(";base64,")
    return kind, base64.b64decode(content)


def test_engine_alone_asks_for_nothing(tmp_path: Path, studio: Any) -> None:
    """Whoever has no access to a service cannot use it by accident."""
    order = studio.order()
    with pytest.raises(TryAgain, match="no access"):
        VideoServerFilms().generate(order, studio.material(order), tmp_path / "clip.mp4", lambda *_: None)
