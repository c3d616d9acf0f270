"""Whatever happens in whatever order: the rules that always hold, tried by a machine that invents histories."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from portal.service_levels.business_hours import due_at, working_minutes
from portal.service_levels.errors import DateNotAhead, ImpossibleHappening
from portal.service_levels.rules import (
    Happening,
    Outcome,
    PromiseKind,
    Step,
    Turn,
    advance,
    is_overdue,
    new_date,
    warn_at,
)
from tests.service_levels.desk import LEVELS, demo_hours, desk_hours

WEEKS = [
    demo_hours(),
    desk_hours(hours={"mon": ["7:00-22:00"], "wed": ["7:00-12:00", "13:00-22:00"], "sat": ["18:00-0:00"]}),
    desk_hours(hours={day: ["10:00-15:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}),
]
LEVEL = st.sampled_from([*LEVELS.levels.values(), replace(LEVELS.level("outage"), slug="bare", solution=None)])
PAUSE = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=3)),
    st.timedeltas(timedelta(0), timedelta(days=20)),
    st.just(timedelta(0)),
)
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 30)).map(lambda found: found.replace(tzinfo=UTC))
ENDS = set(Happening) - {Happening.ASKED, Happening.REPLIED, Happening.REOPENED}


class Question(RuleBasedStateMachine):
    """One question, the time, and what an honest colleague would write down beside it."""

    @initialize(at=STARTS, level=LEVEL, hours=st.sampled_from(WEEKS))
    def asked(self, at, level, hours):
        self.at, self.level, self.hours = at, level, hours
        self.was_answered = False
        self.solution_left = level.solution  # None once nobody counts it
        self.step = advance(None, Happening.ASKED, at=at, level=level, hours=hours)
        assert self.promise.kind is PromiseKind.FIRST_ANSWER
        self.is_fresh()

    @property
    def standing(self):
        return self.step.standing

    @property
    def promise(self):
        return self.standing.promise

    def happens(self, happening, pause=timedelta(0), **changed):
        """One more happening, and what holds for each."""
        before = self.standing
        if before.turn is Turn.OURS and self.solution_left is not None:
            self.solution_left = max(0, self.solution_left - working_minutes(self.hours, self.at, self.at + pause))
        self.at += pause
        given = {"at": self.at, "level": self.level, "hours": self.hours} | changed
        self.step = advance(before, happening, **given)
        self.level, self.hours = given["level"], given["hours"]
        if happening in (Happening.ANSWERED, Happening.KEPT_TURN):
            self.was_answered = True
        self.ends_once(before, happening)
        return before

    def ends_once(self, before, happening):
        """A promise ends exactly when another one or none is there; late ones are missed whatever ended them."""
        has_ended = before.promise is not None and (
            self.promise is None or self.promise.due_at != before.promise.due_at
        )
        assert (self.step.ended is not None) >= has_ended
        if self.step.ended is not None:
            assert before.promise is not None
            assert (self.step.ended is Outcome.MISSED) == is_overdue(before.promise.due_at, self.at)
            assert happening in ENDS

    def is_fresh(self):
        """Counted from now with the whole target, and not late."""
        target = self.level.next_answer if self.was_answered else self.level.first_answer
        assert self.promise.kind == (PromiseKind.NEXT_ANSWER if self.was_answered else PromiseKind.FIRST_ANSWER)
        assert (self.promise.counted_from, self.promise.minutes) == (self.at, target)
        assert self.promise.due_at == due_at(self.hours, self.at, target) > self.at

    @rule(pause=PAUSE)
    def customer_writes(self, pause):
        if self.standing.turn is Turn.NOBODY:
            before = self.happens(Happening.REOPENED, pause)
            self.solution_left = self.level.solution
        else:
            before = self.happens(Happening.REPLIED, pause)
        if before.turn is Turn.OURS:
            assert self.step == Step(before, None)
        else:
            if self.solution_left is None or self.level.solution is None:
                self.solution_left = self.level.solution
            self.is_fresh()

    @rule(pause=PAUSE)
    def staff_answer(self, pause):
        before = self.happens(Happening.ANSWERED, pause)
        assert self.standing.turn is (Turn.NOBODY if before.turn is Turn.NOBODY else Turn.CUSTOMERS)
        assert self.step.ended in (Outcome.KEPT, Outcome.MISSED, None)

    @precondition(lambda self: self.standing.turn is not Turn.NOBODY)
    @rule(pause=PAUSE)
    def staff_answer_and_go_on(self, pause):
        self.happens(Happening.KEPT_TURN, pause)
        self.is_fresh()

    @precondition(lambda self: self.standing.turn is not Turn.NOBODY)
    @rule(pause=PAUSE)
    def staff_ask_back(self, pause):
        self.happens(Happening.WAITS, pause)
        assert self.standing.turn is Turn.CUSTOMERS
        assert self.step.ended in (Outcome.DROPPED, Outcome.MISSED, None)

    @rule(pause=PAUSE, happening=st.sampled_from([Happening.SOLVED, Happening.CLOSED]))
    def it_ends(self, pause, happening):
        self.happens(happening, pause)
        self.solution_left = None
        assert self.standing.turn is Turn.NOBODY

    @precondition(lambda self: self.standing.turn is Turn.OURS)
    @rule(pause=PAUSE, ahead=st.timedeltas(timedelta(seconds=1), timedelta(days=60)))
    def staff_move_the_promise(self, pause, ahead):
        before = self.happens(Happening.MOVED, pause, until=self.at + pause + ahead)
        assert (self.promise.kind, self.promise.due_at) == (before.promise.kind, self.at + ahead)

    @precondition(lambda self: self.standing.turn is Turn.OURS)
    @rule(behind=st.timedeltas(timedelta(0), timedelta(days=60)))
    def nobody_moves_a_promise_into_the_past(self, behind):
        with pytest.raises(DateNotAhead):
            advance(
                self.standing,
                Happening.MOVED,
                at=self.at,
                level=self.level,
                hours=self.hours,
                until=self.at - behind,
            )

    @rule(pause=PAUSE, level=LEVEL)
    def staff_change_the_level(self, pause, level):
        # The standing knows the level while there is a promise; else it trusts that the level is another one.
        is_same = self.promise is not None and level.slug == self.promise.level
        before = self.happens(Happening.LEVEL_CHANGED, pause, level=level)
        if not is_same and before.turn is not Turn.NOBODY:
            self.solution_left = level.solution
        self.is_still_the_same_duty(before)
        if self.promise and not is_same:
            assert self.promise.level == level.slug
            assert self.promise.due_at > self.at

    @rule(pause=PAUSE, hours=st.sampled_from(WEEKS))
    def the_lead_changes_the_hours(self, pause, hours):
        was_due = self.promise and self.promise.due_at
        before = self.happens(Happening.HOURS_CHANGED, pause, hours=hours)
        self.is_still_the_same_duty(before)
        again = advance(self.standing, Happening.HOURS_CHANGED, at=self.at, level=self.level, hours=hours)
        assert again == Step(self.standing, None)
        if self.promise and self.promise.due_at != was_due:
            assert self.promise.due_at > self.at
        # Minutes that passed by the old hours are not what they are by the new ones: believe the standing from here on.
        if self.promise and self.solution_left is not None:
            passed = working_minutes(self.hours, self.promise.counted_from, self.at)
            self.solution_left = max(0, self.standing.solution_minutes_left - passed)

    @rule(happening=st.sampled_from([Happening.ASKED, Happening.REOPENED, Happening.WAITS, Happening.REPLIED]))
    def the_impossible_changes_nothing(self, happening):
        possible = {
            Turn.OURS: {Happening.WAITS, Happening.REPLIED},
            Turn.CUSTOMERS: {Happening.WAITS, Happening.REPLIED},
            Turn.NOBODY: {Happening.REOPENED},
        }
        if happening not in possible[self.standing.turn]:
            with pytest.raises(ImpossibleHappening):
                advance(self.standing, happening, at=self.at, level=self.level, hours=self.hours)

    def is_still_the_same_duty(self, before):
        assert self.standing.turn is before.turn
        assert (self.promise and self.promise.kind) == (before.promise and before.promise.kind)

    @invariant()
    def there_is_a_promise_exactly_while_it_is_our_turn(self):
        assert (self.promise is not None) == (self.standing.turn is Turn.OURS)

    @invariant()
    def a_first_answer_is_never_forgotten(self):
        assert self.standing.has_first_answer == self.was_answered

    @invariant()
    def the_warning_lies_between_question_and_date_and_a_new_date_ahead(self):
        if self.promise:
            assert self.promise.counted_from <= warn_at(self.hours, self.promise) <= self.promise.due_at
            later = max(self.at, self.promise.due_at + timedelta(hours=1))
            assert new_date(self.hours, self.promise, self.level, later) > later

    @invariant()
    def the_solution_s_time_runs_only_while_it_is_our_turn(self):
        standing = self.standing
        assert (standing.solution_due_at is not None) == (standing.turn is Turn.OURS and self.solution_left is not None)
        if standing.turn is Turn.CUSTOMERS:
            assert standing.solution_minutes_left == pytest.approx(self.solution_left, abs=1e-3)
        if standing.turn is Turn.OURS and self.solution_left is not None:
            passed = working_minutes(self.hours, self.promise.counted_from, self.at)
            assert max(0, standing.solution_minutes_left - passed) == pytest.approx(self.solution_left, abs=1e-3)
        if standing.turn is Turn.NOBODY:
            assert standing.solution_minutes_left is None


TestQuestion = Question.TestCase
TestQuestion.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
