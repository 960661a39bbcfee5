"""Scenario files that tests of several faces start."""

ASKS = """
name: asks
title: Asks
persona: assistant
tools: [ask_user]
user: [Refund it.]
script:
  - calls: [{tool: ask_user, args: {question: Which order?}}]
  - say: Thank you.
"""
