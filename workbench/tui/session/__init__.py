"""The screen of an open session: one class, built up in five files, each upon the one below it.

screen.SessionScreen      draws: the frame, the panes, the lines around them
commands.Commands         the command line behind `:`
exploring.Exploring       the verbs that lead elsewhere: forks, branches, comparisons, origins
dialogs.Dialogs           the verbs that ask something first
verbs.Verbs               the verbs that need no more than a key, and what all of them show
"""
