"""The commented files that a new workspace begins with."""

from __future__ import annotations

SETTINGS = """\
# This folder is a Workbench workspace: personas/, scenarios/ and sessions/ lie beside this file.
# Keys and addresses of model providers come from their usual environment variables (OPENAI_API_KEY, ...).

[tools]
# Hosts that the tool http_request may speak to; none unless they are named here.
# http_hosts = ["api.example.com"]

# [budget.day]                    # caps on what all sessions of this workspace use in a day (UTC)
# cost = 5
# at = "pause"                    # or stop, warn, wrap_up, deny_tools

# [prices."openai:our-own-model"] # dollars per million tokens, where the price list has none or another
# input = 0.5
# output = 1.5

# [app]
# theme = "light"

# [keys]
# "verb.step" = "space"
"""

PERSONA = """\
# yaml-language-server: $schema=schema.json
# Check it with: workbench personas validate {name}
name: {name}                      # equal to the file's name
version: 1.0.0                    # raise it when the persona is to behave otherwise
description: a patient guide who explains one thing at a time    # continues "You are ..."

traits: [patient, concrete]
tone: friendly and plain
knowledge:
  - how things work under the hood
goals:                            # each continues "You want to ..."
  - leave the user able to do it alone next time
constraints:                      # whole sentences
  - Say so when you do not know something.
examples:
  - user: What is a cache?
    answer: A shelf beside your desk. What you need often is there; for the rest you walk to the archive.

# prompt: |                       # a Jinja2 template in place of the usual prompt; all fields above are variables
#   You are {{{{ description }}}}.
"""

SCENARIO = """\
# yaml-language-server: $schema=schema.json
# Check it with: workbench scenarios validate {name}
# Run it with:   workbench run {name}
name: {name}                      # equal to the file's name
title: A first scenario
teaches: What a scenario is made of.

persona: assistant                # 'workbench personas list' shows them all
# model: openai:gpt-5-mini        # left out, the script below answers, without a key
tools: [calculator]

user:                             # the user's lines; or 'person', to type them yourself
  - What is 17 percent of 2,340?
  - Thank you!

acceptance_criteria:              # with any of these, the agent says when it is complete
  completion_conditions:
    - name: computed
      description: The result comes from the calculator.
      check: {{tool: calculator}}
  success_indicators:
    - name: user_content
      description: The user is content.
      check: {{source: user, pattern: '\\bthank you\\b'}}

budget:
  iterations: 10                  # answers of the model
  tool_calls: 5
  # cost: 0.10                    # US dollars
  # at: pause                     # hold at a cap for a person, instead of ending the run

script:                           # the model's side, for model scripted:{name}
  - think: Not in my head.
    calls:
      - tool: calculator
        args: {{expression: 2340 * 17 / 100}}
  - say: 17 percent of 2,340 is 397.80.
    status: continue
  - say: You are welcome.
    status: complete
"""
