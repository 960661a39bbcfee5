"""The verbs of the debugger that ask something before they do it: each opens a dialog and does what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workbench.errors import Impossible, WorkbenchError
from workbench.tui.bindings import key_of
from workbench.tui.session.verbs import Verbs

if TYPE_CHECKING:
    from workbench.debugger.session import Session
    from workbench.state import Hold
    from workbench.tui.focus import Focus
    from workbench.tui.sheets.break_screen import Wish
    from workbench.tui.sheets.form import Form
    from workbench.tui.targets import Target


class Dialogs(Verbs):
    """The actions that need more than a key."""

    _asked_partial: Hold | None = None
    _asked_apart: Hold | None = None

    @property
    def focus_here(self) -> Focus:
        """What the cursor stands on."""
        from workbench.tui.focus import focus_of

        return focus_of(self.pane)

    # -- caps -------------------------------------------------------------------------------------------------

    def action_limit(self) -> None:
        from workbench.tui.panes.budget import BudgetPane
        from workbench.tui.sheets.limit_form import limit_form, pressing

        session = self.session
        if session is not None:
            chosen = self.pane.chosen if isinstance(self.pane, BudgetPane) else ""
            name = chosen if session.newest.limits.get(chosen) is not None else pressing(session)
            self.app.push_screen(limit_form(session, name), lambda words: self.tell(words) if words else None)

    # -- breakpoints ------------------------------------------------------------------------------------------

    def action_break(self) -> None:
        from workbench.gates.completion import names_of
        from workbench.tui.focus import condition_at
        from workbench.tui.sheets.break_screen import BreakScreen

        session = self.session
        if session is not None:
            text = condition_at(session, self.focus_here)
            self.app.push_screen(BreakScreen(text, names_of(session.newest)), self._break)

    def _break(self, wish: Wish | None) -> None:
        if wish is None:
            return

        def set_break(session: Session) -> str:
            from workbench.debugger import breaking

            one = breaking.set_break(session, wish.text, once=wish.once, trace=wish.trace)
            if wish.ignore:
                one = breaking.ignore(session, one.number, wish.ignore)
            state, remark = breaking.state_of(one), breaking.remark(session, one)
            words = f"{'rule' if one.action else 'breakpoint'} {one.number}: {one.words}"
            return words + (f" ({state})" if state else "") + (f" · {remark}" if remark else "")

        self.attempt(set_break)

    def action_breaks(self) -> None:
        from workbench.tui.sheets.breaks_screen import BreaksScreen

        def then(answer: str | None) -> None:
            self.sync()
            if answer == "break":
                self.action_break()
            elif answer == "watch":
                self.action_watch()

        if self.session is not None:
            self.app.push_screen(BreaksScreen(self.session), then)

    def action_watch(self) -> None:
        from workbench.gates.completion import names_of
        from workbench.tui.focus import path_at
        from workbench.tui.sheets.watch_screen import WatchScreen

        def watch(text: str | None) -> None:
            if text is not None:
                self.attempt(lambda session: session.watches.add(text) and None)

        session = self.session
        if session is not None:
            text = self.pane.watchable or path_at(self.focus_here)
            self.app.push_screen(WatchScreen(text, names_of(session.newest)), watch)

    # -- changing it ------------------------------------------------------------------------------------------

    def action_edit(self) -> None:
        self._choose_target(self._edit)

    def action_edit_outside(self) -> None:
        self._choose_target(self._edit_outside)

    def _choose_target(self, then: Callable[[Session, Target], None]) -> None:
        """Edit what the cursor stands on; where that is several things, the person says which."""
        from workbench.tui.sheets.choice_screen import Choice, ChoiceScreen
        from workbench.tui.targets import targets

        session = self.session
        if session is None or not self.attempt(_ready):
            return
        found = targets(session, self.focus_here)
        if len(found) == 1:
            then(session, found[0])
            return
        choices = [Choice(one.name, one.was) for one in found]

        def chosen(place: int | None) -> None:
            if place is not None:
                then(session, found[place])

        self.app.push_screen(ChoiceScreen("Edit what", choices, "edits it"), chosen)

    def _edit(self, session: Session, target: Target, text: str | None = None) -> None:
        from workbench.tui.sheets.edit_screen import EditScreen

        form = EditScreen(session, target, text)
        self.app.push_screen(form, lambda changed: self._edited(changed, form))

    def _edit_outside(self, session: Session, target: Target) -> None:
        """In the person's editor; what comes of it stands beside what was before it is applied."""
        from workbench.tui.terminal.clipboard import written_outside

        def edit(session: Session) -> None:
            text = written_outside(self.app, target.was, target.name)
            if text == target.was:
                raise Impossible("nothing was changed")
            self._edit(session, target, text)

        self.attempt(edit)

    def _edited(self, session: Session | None, form: Form[Session]) -> None:
        if session is not None:
            back, rule = key_of("verb.revert", self.app.keys), key_of("verb.rule", self.app.keys)
            words = f"edited: {back} takes it back, {rule} does it from now on"
            self.go_on(session, self.rule_of(session, form) or words)

    def rule_of(self, session: Session, form: Form[Any]) -> str:
        """The rule that the person wanted made of a change, in words; "" where they wanted none."""
        if not form.ruled:
            return ""
        from workbench.debugger.ruling import make_rule

        try:
            one = make_rule(session)
        except WorkbenchError as problem:
            return str(problem)
        return f"rule {one.number}: {one.words}"

    def go_on(self, session: Session, words: str) -> None:
        """Go on with the session that a verb leaves: this one, or a fork of it."""
        here = self.session
        assert here is not None
        if session is here:
            self.sync()
            self.tell(words)
            return
        name, left = session.identity.branch, here.identity.branch
        self.enter(session, f"that was used already, so {left} stays as it is: now on {name}; q goes back to {left}")

    def enter(self, session: Session, note: str = "") -> None:
        """Show another session over this one."""
        self.app.show_session(session, note)

    def action_revert(self) -> None:
        from workbench.tui.session.edits import edits_of
        from workbench.tui.sheets.choice_screen import Choice, ChoiceScreen

        session = self.session
        if session is None or not self.attempt(_ready):
            return
        edits = edits_of(session)
        if not edits:
            self.tell("nothing was edited in this branch, so there is nothing to revert; e changes something", "wrong")
            return
        choices = [Choice(one.name, "", f"@{one.seq}", one.about) for one in edits]

        def chosen(place: int | None) -> None:
            if place is not None:
                self.attempt(lambda session: self._revert(session, edits[place].seq))

        self.app.push_screen(ChoiceScreen("Take back which edit", choices, "takes it back"), chosen)

    def _revert(self, session: Session, seq: int) -> None:
        from workbench.debugger import changing

        self.go_on(changing.revert(session, seq), f"the edit of event {seq} is taken back")

    # -- an answer that was broken off ------------------------------------------------------------------------

    def ask_partial(self, session: Session) -> None:
        """Where the run is held at an answer that was broken off, ask what is to become of it; once for each hold."""
        held = session.newest.held
        if held is None or held.gate != "partial" or session.driving or session.looking is not None:
            return
        if self.app.screen is not self or held == self._asked_partial:
            return
        self._asked_partial = held
        from workbench.tui.sheets.choice_screen import Choice, ChoiceScreen

        log = session.newest.actors[(held.call or "").partition(".")[0]].log
        came = getattr(session.event(log[len(log) - 1]).body, "text", "")
        about = [came or "nothing had come yet"]
        choices = [
            Choice("accept", "what came counts as the answer", about=about),
            Choice("edit", "what you make of it is the answer", about=about),
            Choice("discard", "it was never given: the model is asked again", about=about),
            Choice("later", "it stays held; :accept, :discard and e are there", about=about),
        ]

        def chosen(place: int | None) -> None:
            if place in (0, 2):
                self.obey("accept" if place == 0 else "discard")
            elif place == 1:
                self.obey(f"edit {held.call}")

        self.app.push_screen(ChoiceScreen("The answer was broken off", choices, "does it", "grey"), chosen)

    # -- a replay that differs --------------------------------------------------------------------------------

    def ask_apart(self, session: Session) -> None:
        """Where a replay is held because it differs, ask what is to become of it; once for each hold."""
        held = session.newest.held
        if session.run is None or session.driving or session.looking is not None or self.app.screen is not self:
            return
        if held is None or held == self._asked_apart or session.run.apart is None:
            return
        self._asked_apart = held
        self._ask_apart(session)

    def _ask_apart(self, session: Session) -> bool:
        """Show both sides; whether the run stands where it differs."""
        from workbench.debugger.replaying import apart
        from workbench.tui.sheets.apart_screen import ApartScreen

        found = apart(session)
        if found is not None:
            self.app.push_screen(ApartScreen.held(found), self._chosen)
        return found is not None

    def _chosen(self, verb: str | None) -> None:
        if verb is not None:
            self.obey(verb)

    def action_replay(self) -> None:
        """Check the recording; where it differs, or the run is held at a difference, ask what is to become of it."""
        from workbench.debugger.replaying import banner
        from workbench.run import Divergence
        from workbench.tui.sheets.apart_screen import ApartScreen

        session = self.session
        if session is None or self._ask_apart(session):
            return
        outcome = session.replay()
        if isinstance(outcome, Divergence):
            self.app.push_screen(ApartScreen.checked(outcome), self._chosen)
        else:
            self.tell(banner(outcome))

    # -- standing in ------------------------------------------------------------------------------------------

    def action_skip(self) -> None:
        from workbench.debugger import changing

        def skip(session: Session) -> str:
            changing.skip(session)
            return f"skipped; {key_of('verb.rule', self.app.keys)} skips it from now on"

        self.attempt(skip)

    def action_rule(self) -> None:
        """Make a rule of the last change; again, and it is none any more."""

        def switch(session: Session) -> str:
            from workbench.debugger.ruling import switch_rule

            one, made = switch_rule(session)
            return f"rule {one.number}: {one.words}" if made else f"rule {one.number} is gone: {one.words}"

        self.attempt(switch)

    def action_give(self) -> None:
        from workbench.debugger import changing
        from workbench.tui.sheets.form import Entry, Form

        def ask(session: Session) -> None:
            call = changing.held_call(session)

            def give(texts: list[str]) -> None:
                changing.give(session, texts[0], call.call)

            entry = Entry("result", "what the agent is told", hint='for instance: {"status": "delivered"}')
            title = f"Return as {call.tool}, which is not run"
            self._stand_in(session, Form(title, [entry], give, does="returns it", rule=True))

        self.attempt(ask)

    def action_model(self) -> None:
        from workbench.tui.sheets.model_form import model_form

        def ask(session: Session) -> None:
            self._stand_in(session, model_form(session))

        self.attempt(ask)

    def _stand_in(self, session: Session, form: Form[None]) -> None:
        def then(_: None) -> None:
            words = self.rule_of(session, form)
            if words:
                self.tell(words)

        self.app.push_screen(form, then)


def _ready(session: Session) -> None:
    """Refuse to change a session that is under way or that another process writes."""
    session.writer()
