"""The guard of the money: nothing without approval, nothing over a limit, nothing twice."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from decimal import Decimal
from typing import ClassVar

import pytest

from tasks.domain.approval import Approval
from tasks.domain.errors import (
    ApprovalMissing,
    DayLimitReached,
    FixMachine,
    FixRequest,
    OverLimit,
    PaymentUnknown,
    ReelsError,
    TryAgain,
)
from tasks.domain.money import Limits, Price, usd
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.runtime.ceilings import ApprovedCeilings, NothingPaid, no_budget, no_pace
from tasks.runtime.ledger import Entry, Ledger, sum_of
from tasks.runtime.paid_requests import Answer, Counter, Done, Failed, NoAnswer, NotAccepted, PaidRequest, Pending
from tasks.runtime.spending import Guard, Surroundings
from tasks.runtime.store import Store

CENT = Decimal("0.01")
PRICE = Price(usd=Decimal("0.10"), why="a dime")
WORDS = b"what was bought"


class Avatar:
    """Stands for a snapshot; only its digest counts."""

    sha256 = "0" * 64


def plan(title: str = "T") -> ReelPlan:
    """A plan with what the guard looks at."""
    return ReelPlan.model_construct(script=Script(title=title, beats=(Beat(say="Hello"),)), engines={"speech": "till"},
                                    voice=Voice(name="tone", language="en-US"), avatar=Avatar(), cost_usd=0.1)


def request(said: str = "Hello", price: Price = PRICE) -> PaidRequest:
    return PaidRequest(stage="speech", engine="till", version="1", provider="pretend", inputs={"say": said}, price=price)


class Seller(Counter):
    """A service whose next answers are given; it writes down what it charges for.

    Args:
        answers: what `send` does, in order, a value or an error; the last goes on for ever.
        arrives: whether a request is taken although `send` fails.
    """

    poll_s: ClassVar[float] = 0.0

    def __init__(self, *answers: Answer | Exception, arrives: bool = False) -> None:
        self.answers, self.arrives = list(answers) or [Done(WORDS, ".bin")], arrives
        self.tokens: list[str] = []
        self.asked: list[str] = []
        self.taken: dict[str, Answer] = {}

    def send(self, token: str) -> Answer:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.tokens.append(token)
        if self.arrives or not isinstance(answer, Exception):
            self.taken.setdefault(token, Done(WORDS, ".bin", job="job-1"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ask(self, job: str) -> Answer | None:
        self.asked.append(job)
        return Done(WORDS, ".bin")


class Findable(Seller):
    """A service that knows requests by their key."""

    findable: ClassVar[bool] = True

    def find(self, token: str) -> Answer | None:
        return self.taken.get(token)


@pytest.fixture
def guard(store: Store) -> Callable[..., Guard]:
    """A guard for a reel, with the limits a test sets."""

    def made(of: ReelPlan | None = None, *, at_most: float = 1.0, run: str | None = None,
             pace: Callable[[str], None] | None = None, slept: list[float] | None = None, held: bool = True,
             **limits: object) -> Guard:
        chosen = of or plan()
        approval = Approval(who="tester", how="--yes", when=dt.datetime.now(dt.UTC), sha256=chosen.approval_sha256(),
                            cost_at_most_usd=at_most)
        around = Surroundings(budget=nullcontext, pace=pace or (lambda _: None), run=run,
                              holds=lambda: held, sleep=(slept if slept is not None else []).append)
        ledger = Ledger(store)
        return Guard(chosen, ApprovedCeilings(chosen, approval, ledger, Limits(**limits)), ledger, around)  # type: ignore[arg-type]

    return made


def entries(store: Store) -> list[Entry]:
    """All attempts of today, in the order of their keys."""
    return Ledger(store).of_day(dt.datetime.now(dt.UTC).date())


def abandon(store: Store, entry: Entry, **changes: object) -> None:
    """Leaves an attempt as a killed process leaves it: its holder is no more."""
    gone = entry.holder.model_copy(update={"pid": 2**22 + 1})
    Ledger(store).keep(entry.model_copy(update={"holder": gone, **changes}))


class TestBuy:
    """One request, asked for again and again."""

    def test_is_sent_once_and_kept(self, store: Store, guard: Callable[..., Guard]) -> None:
        """The second time the same bytes come from the store, and the reel paid what it paid."""
        seller = Seller()
        bought = guard().buy(request(), seller)
        assert (bought.content, bought.cost_usd) == (WORDS, PRICE.usd)
        assert guard().buy(request(), seller) == bought
        assert len(seller.tokens) == 1
        assert [(entry.state, entry.cost_usd) for entry in entries(store)] == [("paid", PRICE.usd)]

    def test_another_reel_takes_it_for_nothing(self, store: Store, guard: Callable[..., Guard]) -> None:
        """The same content is paid by the first reel that wants it."""
        seller = Seller()
        guard(plan("A")).buy(request(), seller)
        assert guard(plan("B")).buy(request(), seller).cost_usd == 0
        assert len(seller.tokens) == 1

    def test_other_content_is_another_request(self, guard: Callable[..., Guard]) -> None:
        """The key is one of content."""
        seller = Seller()
        for said in ("one", "two"):
            guard().buy(request(said), seller)
        assert len(set(seller.tokens)) == 2

    def test_records_what_was_really_charged(self, store: Store, guard: Callable[..., Guard]) -> None:
        """The service's word counts, not the estimate."""
        assert guard().buy(request(), Seller(Done(WORDS, ".bin", charged_usd=CENT))).cost_usd == CENT
        assert entries(store)[0].counts_usd == CENT

    def test_result_gone_from_the_store_is_fetched_again_where_the_service_keeps_it(
        self, store: Store, guard: Callable[..., Guard],
    ) -> None:
        """Nothing is paid for it."""
        seller = Findable()
        guard().buy(request(), seller)
        for path in (store.root / "files").rglob("*.bin"):
            path.unlink()
        assert guard().buy(request(), seller).content == WORDS
        assert len(seller.tokens) == 1

    def test_without_approval_nothing_is_sent(self, store: Store, guard: Callable[..., Guard]) -> None:
        """Not even a reservation is made."""
        seller = Seller()
        with pytest.raises(ApprovalMissing):
            guard(at_most=0.0).buy(request(), seller)
        assert (seller.tokens, entries(store)) == ([], [])

    def test_two_at_once_send_once(self, store: Store, guard: Callable[..., Guard]) -> None:
        """One sends, the other waits for what it gets."""
        seller, entered = Seller(), threading.Event()
        quick = seller.send

        def slow(token: str) -> Answer:
            entered.set()
            threading.Event().wait(0.3)
            return quick(token)

        seller.send = slow  # type: ignore[method-assign]
        with ThreadPoolExecutor(8) as pool:
            bought = list(pool.map(lambda _: guard().buy(request(), seller).content, range(8)))
        assert bought == [WORDS] * 8
        assert len(seller.tokens) == 1


class TestLimits:
    """What is too much is never sent."""

    @pytest.mark.parametrize(("limits", "error"), [
        ({"at_most": 0.25}, ApprovalMissing), ({"reel_usd": usd("0.25")}, OverLimit),
        ({"day_usd": usd("0.25")}, DayLimitReached), ({"provider_day_usd": {"pretend": usd("0.25")}}, DayLimitReached)])
    def test_ends_what_goes_over_it(
        self, store: Store, guard: Callable[..., Guard], limits: dict[str, object], error: type[ReelsError],
    ) -> None:
        """Two dimes fit into a quarter, a third does not; it is not sent and takes nothing of the limit."""
        seller = Seller()
        for said in ("one", "two"):
            guard(**limits).buy(request(said), seller)
        told = "0.30" if error is OverLimit else "0.20"
        with pytest.raises(error, match=f"{told} USD.*nothing was sent"):
            guard(**limits).buy(request("three"), seller)
        assert len(seller.tokens) == 2
        assert sum_of(entries(store)) == usd("0.20")

    def test_exactly_the_limit_is_allowed(self, guard: Callable[..., Guard]) -> None:
        """Ten dimes are a dollar, to the last digit."""
        seller = Seller()
        for number in range(10):
            guard(at_most=1.0, day_usd=usd(1)).buy(request(str(number)), seller)
        with pytest.raises(ApprovalMissing):
            guard().buy(request("one more", Price(usd=usd("0.000001"), why="the least")), seller)

    def test_other_reels_count_for_the_day_and_not_for_the_reel(self, guard: Callable[..., Guard]) -> None:
        """A ceiling of a reel is its own."""
        seller = Seller()
        for title in "ABC":
            guard(plan(title), at_most=0.1, day_usd=usd("0.3")).buy(request(title), seller)
        with pytest.raises(DayLimitReached, match="tomorrow"):
            guard(plan("D"), at_most=0.1, day_usd=usd("0.3")).buy(request("D"), seller)

    def test_twenty_at_once_do_not_exceed_it(self, store: Store, guard: Callable[..., Guard]) -> None:
        """Even with no lock at all: the reservation is written before the sum is made."""
        sellers = [Seller() for _ in range(20)]

        def attempt(number: int) -> bool:
            try:
                guard(plan(str(number)), day_usd=usd("0.7")).buy(request(str(number)), sellers[number])
            except DayLimitReached:
                return False
            return True

        with ThreadPoolExecutor(20) as pool:
            through = sum(pool.map(attempt, range(20)))
        assert sum(len(seller.tokens) for seller in sellers) == through <= 7
        assert sum_of(entries(store)) <= usd("0.7")

    def test_unknown_charges_count(self, store: Store, guard: Callable[..., Guard]) -> None:
        """What may have been paid is not spent a second time."""
        with pytest.raises(PaymentUnknown):
            guard(day_usd=PRICE.usd).buy(request(), Seller(NoAnswer("silence")))
        with pytest.raises(DayLimitReached):
            guard(plan("B"), day_usd=PRICE.usd).buy(request("other"), Seller())


class TestRefusals:
    """The service does not take a request, or cannot do it."""

    def test_not_accepted_costs_nothing(self, store: Store, guard: Callable[..., Guard]) -> None:
        """The reservation is released, and the error is the one that says what to do."""
        with pytest.raises(FixRequest, match="bad words"):
            guard().buy(request(), Seller(NotAccepted(FixRequest("bad words"))))
        assert [(entry.state, entry.counts_usd) for entry in entries(store)] == [("released", 0)]

    def test_busy_service_is_asked_again_when_it_says_so(self, guard: Callable[..., Guard]) -> None:
        """Within the guard's patience, without a new reservation."""
        seller, slept = Seller(NotAccepted(TryAgain("busy"), wait_s=3.0), Done(WORDS, ".bin")), []
        assert guard(slept=slept).buy(request(), seller).content == WORDS
        assert slept == [3.0]
        assert len(set(seller.tokens)) == 1

    def test_very_busy_service_is_left_to_the_task(self, store: Store, guard: Callable[..., Guard]) -> None:
        """An hour is not waited for."""
        with pytest.raises(TryAgain, match="busy"):
            guard().buy(request(), Seller(NotAccepted(TryAgain("busy"), wait_s=3600.0)))
        assert entries(store)[0].state == "released"

    def test_failed_job_that_costs_nothing_may_be_made_anew(self, store: Store, guard: Callable[..., Guard]) -> None:
        """Under a new idempotency key: the old one would give the old failure."""
        seller = Seller(Failed("no face"), Done(WORDS, ".bin"))
        with pytest.raises(TryAgain, match="no face"):
            guard().buy(request(), seller)
        assert guard(at_most=0.1).buy(request(), seller).content == WORDS
        assert len(set(seller.tokens)) == 2

    def test_failed_job_that_was_charged_takes_its_part_of_the_approval(self, guard: Callable[..., Guard]) -> None:
        """Whoever approved one dime is asked before a second one is spent; the error is not one that is retried."""
        seller = Seller(Failed("no face", PRICE.usd), Done(WORDS, ".bin"))
        with pytest.raises(ReelsError, match="charged 0.10 USD all the same") as caught:
            guard(at_most=0.1).buy(request(), seller)
        assert not isinstance(caught.value, TryAgain)
        with pytest.raises(ApprovalMissing, match="--cost-at-most"):
            guard(at_most=0.1).buy(request(), seller)
        assert guard(at_most=0.2).buy(request(), seller).content == WORDS

    def test_turn_that_never_comes_gives_the_money_back(self, store: Store, guard: Callable[..., Guard]) -> None:
        """The server lacks the limit that paces the provider."""

        def pace(_provider: str) -> None:
            raise TryAgain("no limit")

        with pytest.raises(TryAgain):
            guard(pace=pace).buy(request(), Seller())
        assert entries(store)[0].state == "released"


class TestNoAnswer:
    """A request was sent and nobody knows what became of it."""

    def test_service_that_knows_the_key_is_asked(self, store: Store, guard: Callable[..., Guard]) -> None:
        """It was taken: the result is fetched, one charge."""
        seller = Findable(NoAnswer("silence"), arrives=True)
        assert guard().buy(request(), seller).content == WORDS
        assert (len(seller.tokens), len(seller.taken)) == (1, 1)

    def test_request_that_never_arrived_is_sent_again_under_the_same_key(self, guard: Callable[..., Guard]) -> None:
        """If it arrives late after all, the service takes both for one."""
        seller = Findable(NoAnswer("silence"), Done(WORDS, ".bin"))
        assert guard().buy(request(), seller).content == WORDS
        assert len(seller.tokens) == 2
        assert len(set(seller.tokens)) == 1

    def test_request_that_never_arrives_is_given_up(self, guard: Callable[..., Guard]) -> None:
        """After two more tries the task waits and tries later."""
        seller = Findable(NoAnswer("silence"))
        with pytest.raises(TryAgain, match="loses the request"):
            guard().buy(request(), seller)
        assert len(seller.tokens) == 3

    def test_service_that_cannot_say_leaves_a_question(self, store: Store, guard: Callable[..., Guard]) -> None:
        """It is not sent again, by nobody, until a person has settled it."""
        seller = Seller(NoAnswer("silence"), Done(WORDS, ".bin"))
        for _ in range(2):
            with pytest.raises(PaymentUnknown, match=r"reels costs settle [0-9a-f]{12} --lost"):
                guard().buy(request(), seller)
        assert len(seller.tokens) == 1
        assert entries(store)[0].state == "unknown"

    def test_interruption_leaves_a_question_too(self, store: Store, guard: Callable[..., Guard]) -> None:
        """Ctrl-C while the answer is awaited."""
        seller = Seller()

        def interrupted(_token: str) -> Answer:
            raise KeyboardInterrupt

        seller.send = interrupted  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            guard().buy(request(), seller)
        assert entries(store)[0].state == "unknown"


class TestComingBack:
    """A run that was killed comes back, or another finds what it left."""

    @pytest.fixture
    def left(self, store: Store, guard: Callable[..., Guard]) -> Entry:
        """An attempt that was made and sent."""
        guard().buy(request(), Seller(Done(WORDS, ".bin", job="job-1")))
        return entries(store)[0]

    def test_known_job_is_asked_for(self, store: Store, guard: Callable[..., Guard], left: Entry) -> None:
        """Nothing is sent."""
        abandon(store, left, state="sent", result=None, cost_usd=None)
        seller = Seller()
        assert guard().buy(request(), seller).content == WORDS
        assert (seller.tokens, seller.asked) == ([], ["job-1"])

    def test_job_is_followed_until_it_is_done(self, guard: Callable[..., Guard]) -> None:
        """The service says 'working' for a while."""
        seller, left = Seller(Pending("job-7")), [Pending("job-7"), Pending("job-7"), Done(WORDS, ".bin")]
        seller.ask = lambda _job: left.pop(0)  # type: ignore[method-assign]
        assert guard().buy(request(), seller).content == WORDS

    def test_job_that_takes_too_long_is_asked_for_by_the_next_run(
        self, store: Store, guard: Callable[..., Guard], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The first run ends with a message, the second finishes, one request was sent."""
        seller = Seller(Pending("job-7"))
        monkeypatch.setattr("tasks.runtime.spending.JOB_S", 0.0)
        with pytest.raises(TryAgain, match="same job"):
            guard().buy(request(), seller)
        monkeypatch.undo()
        assert guard().buy(request(), seller).content == WORDS
        assert seller.asked == ["job-7"]
        assert len(seller.tokens) == 1

    def test_job_the_service_forgot_is_a_question(self, store: Store, guard: Callable[..., Guard], left: Entry) -> None:
        """It took the job once, so it may have charged."""
        abandon(store, left, state="sent", result=None, cost_usd=None)
        seller = Findable()
        seller.ask = lambda _job: None  # type: ignore[method-assign]
        with pytest.raises(PaymentUnknown, match="does not know the job"):
            guard().buy(request(), seller)
        assert seller.tokens == []

    def test_request_that_broke_off_is_found(self, store: Store, guard: Callable[..., Guard], left: Entry) -> None:
        """The process died between sending and the answer."""
        abandon(store, left, state="sending", result=None, cost_usd=None, job=None)
        seller = Findable()
        seller.taken[left.token] = Done(WORDS, ".bin")
        assert guard().buy(request(), seller).content == WORDS
        assert seller.tokens == []

    def test_request_that_broke_off_at_a_service_without_memory_is_a_question(
        self, store: Store, guard: Callable[..., Guard], left: Entry,
    ) -> None:
        """The same moment, at a service that cannot be asked."""
        abandon(store, left, state="sending", result=None, cost_usd=None, job=None)
        with pytest.raises(PaymentUnknown):
            guard().buy(request(), Seller())

    def test_reservation_that_was_never_sent_is_made_anew(self, store: Store, guard: Callable[..., Guard]) -> None:
        """The process died before it sent anything: its money is free again."""
        seller = Seller()
        with pytest.raises(TryAgain):
            guard(pace=_raise).buy(request(), seller)
        entry = entries(store)[0]
        store.release(f"request-fates/{entry.request}/0001")
        abandon(store, entry, state="reserved")
        assert guard(at_most=0.1).buy(request(), seller).content == WORDS
        assert sorted(one.state for one in entries(store)) == ["paid", "released"]

    def test_own_run_on_another_machine_is_not_waited_for(
        self, store: Store, guard: Callable[..., Guard], left: Entry,
    ) -> None:
        """A run that was started again is alone: what its former self held is left behind."""
        elsewhere = left.holder.model_copy(update={"host": "elsewhere", "run": "run-1"})
        Ledger(store).keep(left.model_copy(update={"state": "sending", "holder": elsewhere, "result": None, "job": None}))
        seller = Findable()
        seller.taken[left.token] = Done(WORDS, ".bin")
        assert guard(run="run-1").buy(request(), seller).content == WORDS


def _raise(_provider: str) -> None:
    raise TryAgain("not now")


class JobKeeper(Seller):
    """A server of the user's own that lists its jobs."""

    def __init__(self, *answers: Answer | Exception, listed: tuple[str, ...] = ()) -> None:
        super().__init__(*answers)
        self.listed, self.cancelled = listed, list[str]()

    def search(self, sent_at: dt.datetime, may_be: Callable[[str], bool]) -> str | None:
        found = [job for job in self.listed if may_be(job)]
        return found[0] if len(found) == 1 else None

    def cancel(self, job: str) -> bool:
        self.cancelled.append(job)
        return True


class TestNothingPaid:
    """A server of the user's own that works on jobs."""

    FREE = Price(usd=Decimal(0), why="nothing is paid")

    @pytest.fixture
    def keeper(self, store: Store) -> Guard:
        around = Surroundings(budget=no_budget, pace=no_pace, holds=lambda: True, sleep=lambda _: None)
        return Guard(plan(), NothingPaid(), Ledger(store), around)

    def ask(self, keeper: Guard, server: JobKeeper, said: str = "Hello") -> bytes:
        return keeper.buy(request(said, self.FREE), server).content

    def test_is_kept_without_an_approval_and_without_a_line_in_the_costs(self, store: Store, keeper: Guard) -> None:
        server = JobKeeper(Pending("job-1"))
        assert [self.ask(keeper, server) for _ in range(2)] == [WORDS, WORDS]
        assert (len(server.tokens), server.asked) == (1, ["job-1"])
        assert Ledger(store).days() == []

    def test_job_of_a_request_without_an_answer_is_found_in_the_list(self, keeper: Guard) -> None:
        """Jobs of other requests are not taken for it."""
        assert self.ask(keeper, JobKeeper(Pending("job-1")), "Other") == WORDS
        server = JobKeeper(NoAnswer("silence"), listed=("job-1", "job-2"))
        assert self.ask(keeper, server) == WORDS
        assert (len(server.tokens), server.asked) == (1, ["job-2"])

    @pytest.mark.parametrize("listed", [(), ("job-1", "job-2")])
    def test_next_run_sends_again_what_cannot_be_found(self, keeper: Guard, listed: tuple[str, ...]) -> None:
        """None, or several that it may be; not the same run, as a job may be listed late."""
        server = JobKeeper(NoAnswer("silence"), Pending("job-3"), listed=listed)
        with pytest.raises(TryAgain, match="gave no speech: silence; run the command again"):
            self.ask(keeper, server)
        assert self.ask(keeper, server) == WORDS
        assert (len(server.tokens), server.asked) == (2, ["job-3"])

    def test_answer_of_another_kind_is_the_machines(self, keeper: Guard) -> None:
        with pytest.raises(FixMachine, match=r"\[providers.pretend\] url"):
            self.ask(keeper, JobKeeper(NoAnswer("a web page", lasting=True)))

    def test_job_that_was_interrupted_is_stopped_and_made_anew(self, keeper: Guard) -> None:
        """Ctrl-C while it is followed."""
        server = JobKeeper(Pending("job-1"), Pending("job-2"))
        ask, server.ask = server.ask, _interrupted  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            self.ask(keeper, server)
        assert server.cancelled == ["job-1"]
        server.ask = ask  # type: ignore[method-assign]
        assert self.ask(keeper, server) == WORDS
        assert server.asked == ["job-2"]

    def test_job_that_the_server_forgot_is_made_anew(self, keeper: Guard) -> None:
        """It was started again meanwhile."""
        server = JobKeeper(Pending("job-1"), Pending("job-2"))
        ask, server.ask = server.ask, lambda _job: None  # type: ignore[method-assign]
        with pytest.raises(TryAgain, match="does not know the job"):
            self.ask(keeper, server)
        server.ask = ask  # type: ignore[method-assign]
        assert self.ask(keeper, server) == WORDS


class TestPaidJobs:
    """A service that is paid and keeps jobs."""

    def test_job_is_found_in_the_list_instead_of_asking_a_person(self, store: Store, guard: Callable[..., Guard]) -> None:
        server = JobKeeper(NoAnswer("silence"), listed=("job-1",))
        assert guard().buy(request(), server).content == WORDS
        assert (len(server.tokens), [entry.state for entry in entries(store)]) == (1, ["paid"])

    def test_job_goes_on_where_the_run_was_interrupted(self, guard: Callable[..., Guard]) -> None:
        """It is paid: the next run fetches it."""
        server = JobKeeper(Pending("job-1"))
        ask, server.ask = server.ask, _interrupted  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            guard().buy(request(), server)
        server.ask = ask  # type: ignore[method-assign]
        assert guard().buy(request(), server).content == WORDS
        assert (len(server.tokens), server.cancelled) == (1, [])

    def test_result_that_the_store_lost_is_fetched_again(self, store: Store, guard: Callable[..., Guard]) -> None:
        server = JobKeeper(Pending("job-1"))
        guard().buy(request(), server)
        result = entries(store)[0].result
        assert result
        store.path(result).unlink()
        assert guard().buy(request(), server).content == WORDS
        assert server.asked == ["job-1", "job-1"]

    def test_failure_without_a_word_on_money_counts_as_spent(self, store: Store, guard: Callable[..., Guard]) -> None:
        server = JobKeeper(Failed("melted", charged_usd=None))
        with pytest.raises(ReelsError, match="whether it charged for that is not known, so 0.10 USD count as spent"):
            guard().buy(request(), server)
        assert [(entry.state, entry.counts_usd) for entry in entries(store)] == [("lost", PRICE.usd)]

    def test_what_the_service_refuses_is_the_requests(self, guard: Callable[..., Guard]) -> None:
        with pytest.raises(FixRequest, match="'not that'"):
            guard().buy(request(), JobKeeper(Failed("not that", refused=True)))


def _interrupted(_job: str) -> Answer:
    raise KeyboardInterrupt


class TestTakenOver:
    """Another process does this run's work now."""

    def test_nothing_is_sent_and_nothing_stays_reserved(self, store: Store, guard: Callable[..., Guard]) -> None:
        """The other process pays, under a reservation of its own."""
        seller = Seller()
        with pytest.raises(TryAgain, match="another process has taken over"):
            guard(held=False).buy(request(), seller)
        assert [(entry.state, entry.counts_usd) for entry in entries(store)] == [("released", 0)]
        assert guard().buy(request(), seller).content == WORDS
        assert len(seller.tokens) == 1

    def test_request_without_an_answer_is_not_sent_again(self, store: Store, guard: Callable[..., Guard]) -> None:
        """What became of it stays open, for the other process to find out."""
        seller = Findable()
        with pytest.raises(PaymentUnknown):
            guard().buy(request(), Seller(NoAnswer("silence")))
        with pytest.raises(TryAgain, match="another process has taken over"):
            guard(held=False).buy(request(), seller)
        assert seller.tokens == []
        assert [entry.state for entry in entries(store)] == ["unknown"]
