"""Budgets: what a run may use, what is set aside before each call, and what follows where there is no room. Pure."""

from workbench.budget.caps import exceeded, only_others, reserve_for
from workbench.budget.following import Limit, going_on, parse_limit, room_to_wrap_up
from workbench.budget.likely import estimate, likely_cost
from workbench.budget.spending import check_limit, date_of, is_news, is_shared, set_aside, spent, used
from workbench.budget.time import keeps_time, running_out

__all__ = [
    "Limit",
    "check_limit",
    "date_of",
    "estimate",
    "exceeded",
    "going_on",
    "is_news",
    "is_shared",
    "keeps_time",
    "likely_cost",
    "only_others",
    "parse_limit",
    "reserve_for",
    "room_to_wrap_up",
    "running_out",
    "set_aside",
    "spent",
    "used",
]
