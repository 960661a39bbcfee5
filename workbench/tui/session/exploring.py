"""The verbs that lead elsewhere: to the cursor, into a fork, to another branch, to where a value came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workbench.errors import Impossible, UsedWrongly
from workbench.tui.session.dialogs import Dialogs

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk
    from workbench.debugger.session import Session
    from workbench.tui.sheets.tree_screen import Picked


class Forks(NamedTuple):
    """What the fork dialog made; to `run` side by side, or one to go to."""

    sessions: list[Session]
    run: bool


class Exploring(Dialogs):
    """The actions that change what one looks at."""

    # -- until ------------------------------------------------------------------------------------------------

    def action_until(self) -> None:
        """To the cursor: a look at what is recorded, a run to what is still to come."""
        from workbench.tui.focus import NOTHING

        focus = self.focus_here
        if focus is NOTHING:
            self.tell("the cursor stands on no step: 1, then move it")
        elif focus.last is not None:
            seq = focus.last
            self.attempt(lambda session: session.look(seq))
        elif self.session is not None:
            phase = "call" if focus.call else focus.label
            self.run_worker(self._until(self.session, phase, focus.call), group="until", exclusive=True)

    async def _until(self, session: Session, phase: str, call: str) -> None:
        """Step until the run holds before `phase` (of `call`), or something else holds it."""
        held = session.newest.held
        if held is not None and held.phase == phase and call in ("", held.call):
            self.tell("that is where it stands")
            return
        while self.attempt(lambda session: session.step()):
            await session.settled()
            held = session.newest.held
            if held is None or held.gate != "step" or (held.phase == phase and call in ("", held.call)):
                return

    # -- branches ---------------------------------------------------------------------------------------------

    def action_fork(self) -> None:
        self.attempt(self._ask_fork)

    def _ask_fork(self, session: Session) -> None:
        """Say where a fork would leave and what it does not undo, before it is made."""
        from workbench.debugger import forking
        from workbench.debugger.forking import MOST_FORKS, NOT_HERE
        from workbench.tui.sheets.form import Entry, Form
        from workbench.tui.targets import not_undone
        from workbench.tui.theme import Look

        last = self.focus_here.last
        seq = session.seq if last is None or session.looking is not None else last
        here, newest = session.identity.branch, session.newest.seq
        if not 1 <= seq <= newest:
            raise Impossible(f"there is no event {seq} to fork after: this branch has 1 to {newest}")
        agent = session.newest.specs[session.newest.agent]
        words: list[tuple[str, Look]] = [(f"The fork begins held; {here} stays as it is.", "grey")]
        if agent.model.startswith(NOT_HERE):
            words.append((f"{agent.model} cannot be asked here: name another model, or answer as it with m.", "held"))
        words.extend((undone, "held") for undone in not_undone(session, seq))
        entries = [
            Entry("model", "another one, or nothing", hint=agent.model),
            Entry("persona", "another one, or nothing", hint=agent.persona.name if agent.persona else "none"),
            Entry("how many", "so many, run side by side; nothing: one, held", hint="one, held"),
        ]

        def fork(texts: list[str]) -> Forks:
            model, persona, many = (text.strip() for text in texts)
            if many and not many.isdecimal():
                raise UsedWrongly(f"how many: {many!r} is no number; should be 1 to {MOST_FORKS}, or nothing")
            made = forking.fork(
                self.app.desk, session, seq, int(many or 1), model=model or None, persona=persona or None
            )
            return Forks(made, run=bool(many))

        title = f"Fork {here} after event {seq} of {newest}"
        self.app.push_screen(Form(title, entries, fork, words=words, does="forks"), self._forked)

    def action_personas(self) -> None:
        """The personas; choosing one makes a fork from the cursor in which the agent is another."""
        from workbench.tui.sheets.personas_screen import PersonasScreen

        if self.session is not None:
            self.app.push_screen(PersonasScreen("forks from the cursor with it"), self._fork_as)

    def _fork_as(self, persona: str | None) -> None:
        from workbench.debugger import forking

        def fork(session: Session) -> None:
            last = self.focus_here.last
            seq = session.seq if last is None or session.looking is not None else last
            self._forked(Forks(forking.fork(self.app.desk, session, seq, 1, persona=persona), run=False))

        if persona is not None:
            self.attempt(fork)

    def _forked(self, made: Forks | None) -> None:
        if made is None or self.session is None:
            return
        here = self.session.identity.branch
        if not made.run:
            (fork,) = made.sessions
            self.enter(fork, f"now on {fork.identity.branch}; q goes back to {here}")
            return
        self.app.together.run(made.sessions, self._stood)
        self.mark_forks()
        self._show_tree(made.sessions[0].identity.branch)

    def _stood(self, fork: Session) -> None:
        """A fork that ran without a screen stands still."""
        from workbench.debugger.words import standing

        left = len(self.app.together.of(fork.identity.session))
        if self.session is not None and self.is_attached:
            more = f"; {left} under way" if left else "; ^t compares them"
            self.tell(f"{fork.identity.branch}: {standing(fork.newest)}{more}")

    def action_tree(self) -> None:
        if self.session is not None:
            self._show_tree(self.session.identity.branch)

    def _show_tree(self, cursor: str) -> None:
        def show(session: Session) -> None:
            from workbench.tui.sheets.branches import Branches
            from workbench.tui.sheets.tree_screen import TreeScreen

            here = session.identity
            branches = Branches(self.app.desk, self.app.together, here.session)
            self.app.push_screen(TreeScreen(branches, here.branch, cursor), self._picked)

        self.attempt(show)

    def _picked(self, picked: Picked | None) -> None:
        if picked is None:
            return
        if picked.other:
            self._compare(picked.name, picked.other)
        else:
            self.attempt(lambda session: self.go_to(session, picked.name))

    def go_to(self, session: Session, branch: str) -> None:
        """Go to another branch of this session: back to it where it is open below, else over this one."""
        if branch != session.identity.branch:
            self.arrive(self.talk.branch(branch))

    @property
    def talk(self) -> Talk:
        """What verbs that are typed here work on; it knows the branches that are open."""
        raise NotImplementedError

    def below(self, branch: str) -> Session | None:
        """The branch of this session that goes by this name, where a screen below shows it."""
        found = [one.session for one in self._stack if one.place == (self.place[0], branch)]
        return found[0] if found else None

    def arrive(self, session: Session, note: str = "") -> None:
        """Show another branch: back to it where it is open below, else over this one."""
        below = [one for one in self._stack if one.session is session]
        if not below:
            self.talk.let_go(session)
            self.enter(session, note or f"now on {session.identity.branch}; q goes back")
            return
        if self.session is not None and self.session.driving:
            raise Impossible("this branch is under way: ctrl+c holds it, then you can leave it")
        while self.app.screen is not below[0]:
            self.app.pop_screen()

    @property
    def _stack(self) -> list[Exploring]:
        return [one for one in self.app.screen_stack if isinstance(one, Exploring) and one.session is not None]

    @property
    def place(self) -> tuple[str, str]:
        """The session and branch on this screen."""
        assert self.session is not None
        return self.session.identity.session, self.session.identity.branch

    def on_screen_resume(self) -> None:
        self.mark_forks()

    def mark_forks(self) -> None:
        """Mark the steps that a fork leaves after."""
        from workbench.tui.panes.steps import StepsPane

        if self.session is not None:
            here = self.session.identity
            rows = self.app.desk.branches(here.session)
            steps = self.query_one(StepsPane).list
            steps.forks = frozenset(row.parent_seq for row in rows if row.parent == here.branch)
            steps.refill()

    # -- comparing --------------------------------------------------------------------------------------------

    def action_diff(self) -> None:
        """Against the branch that this one left; where it left none, the person picks two."""

        def diff(session: Session) -> None:
            from workbench.debugger.sides import left_branch

            try:
                left = left_branch(self.app.desk, session)
            except Impossible:
                self.action_tree()
            else:
                self._compare(left, session.identity.branch)

        self.attempt(diff)

    def _compare(self, left: str, right: str) -> None:
        def show(session: Session) -> None:
            from workbench.debugger.diff import compare
            from workbench.debugger.sides import side
            from workbench.tui.sheets.diff_screen import DiffScreen

            desk = self.app.desk
            comparison = compare(side(desk, session, left), side(desk, session, right))
            self.app.push_screen(DiffScreen(comparison))

        self.attempt(show)

    # -- origins ----------------------------------------------------------------------------------------------

    def action_whence(self) -> None:
        """Where the value under the cursor came from; it may be written anew."""
        import json

        from workbench.tui.sheets.whence_screen import WhenceScreen

        if self.session is not None:
            value = self.focus_here.value
            plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            text = "" if value is None or isinstance(value, dict | list) else plain
            self.app.push_screen(WhenceScreen(self.session, text), self._jumped)
