"""The verbs that lead elsewhere: to the cursor, into a fork, to another branch, to where a value came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import Impossible
from workbench.tui.dialogs import Dialogs

if TYPE_CHECKING:
    from workbench.debugger.language.talk import Talk
    from workbench.debugger.session import Session
    from workbench.tui.tree_screen import Picked


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
        from workbench.debugger.changing import undone_by
        from workbench.tui.form import Entry, Form
        from workbench.tui.theme import Look

        last = self.focus_here.last
        seq = session.seq if last is None or session.looking is not None else last
        here, newest = session.identity.branch, session.newest.seq
        if not 1 <= seq <= newest:
            raise Impossible(f"there is no event {seq} to fork after: this branch has 1 to {newest}")
        agent = session.newest.spec(session.newest.agent)
        undone = undone_by(session, seq)
        words: list[tuple[str, Look]] = [(f"The fork begins held; {here} stays as it is.", "grey")]
        if undone:
            words.append((f"not undone: {', '.join(undone)}", "held"))
        entries = [
            Entry("model", "another one, or nothing", hint=agent.model),
            Entry("persona", "another one, or nothing", hint=agent.persona.name if agent.persona else "none"),
        ]

        def fork(texts: list[str]) -> Session:
            made = session.fork(seq)
            model, persona = (text.strip() or None for text in texts)
            if model or persona:
                self.house.desk.recast(made, model=model, persona=persona)
            return made

        title = f"Fork {here} after event {seq} of {newest}"
        self.house.push_screen(Form(title, entries, fork, words=words, does="forks"), self._forked)

    def _forked(self, made: Session | None) -> None:
        if made is not None and self.session is not None:
            here = self.session.identity.branch
            self.enter(made, f"now on {made.identity.branch}; q goes back to {here}")

    def action_tree(self) -> None:
        def show(session: Session) -> None:
            from workbench.tui.tree_screen import TreeScreen

            here = session.identity
            rows = self.house.desk.branches(here.session)
            self.house.push_screen(TreeScreen(rows, here.branch), self._picked)

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
        raise LookupError("a screen with a command line has one")

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
        while self.house.screen is not below[0]:
            self.house.pop_screen()

    @property
    def _stack(self) -> list[Exploring]:
        return [one for one in self.house.screen_stack if isinstance(one, Exploring) and one.session is not None]

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
            rows = self.house.desk.branches(here.session)
            steps = self.query_one(StepsPane).list
            steps.forks = frozenset(row.parent_seq for row in rows if row.parent == here.branch)
            steps.refill()

    # -- comparing --------------------------------------------------------------------------------------------

    def action_diff(self) -> None:
        """Against the branch that this one left; where it left none, the person picks two."""

        def diff(session: Session) -> None:
            from workbench.debugger.sides import left_branch

            try:
                left = left_branch(self.house.desk, session)
            except Impossible:
                self.action_tree()
            else:
                self._compare(left, session.identity.branch)

        self.attempt(diff)

    def _compare(self, left: str, right: str) -> None:
        def show(session: Session) -> None:
            from workbench.debugger.diff import compare
            from workbench.debugger.sides import side
            from workbench.tui.diff_screen import DiffScreen

            desk = self.house.desk
            comparison = compare(side(desk, session, left), side(desk, session, right))
            self.house.push_screen(DiffScreen(comparison))

        self.attempt(show)

    # -- origins ----------------------------------------------------------------------------------------------

    def action_whence(self) -> None:
        """Where the value under the cursor came from; it may be written anew."""
        import json

        from workbench.tui.whence_screen import WhenceScreen

        if self.session is not None:
            value = self.focus_here.value
            plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            text = "" if value is None or isinstance(value, dict | list) else plain
            self.house.push_screen(WhenceScreen(self.session, text), self._jumped)
