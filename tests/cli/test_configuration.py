"""Every mistake in workbench.toml is named before anything is begun, and stops only what keeps to it."""

from __future__ import annotations

import pytest

from tests.cli.bench import Bench

WRONG = {
    "model = 5": "model: should be 'provider:model', as in \"openai:gpt-5-mini\"",
    'model = "opnai:x"': "model: no provider 'opnai' in the model name 'opnai:x': did you mean openai",
    '[prices."gpt-5"]\ninput = 1\noutput = 1': "prices.\"gpt-5\": no provider 'gpt-5'",
    '[prices."openai:x"]\ninput = -1\noutput = 1': 'prices."openai:x".input: should be a number, zero or more',
    '[prices."openai:x"]\ninput = 1': 'prices."openai:x".output: is missing',
    "prices = 3": "prices: should be a table, [prices]",
    "[tools]\nhttp_hosts = 'example.com'": "tools.http_hosts: should be a valid list",
    "[tools]\nhttp_hosts = ['a.com', 'https://b.com/']": "tools.http_hosts.1: 'https://b.com/' is no host; write HOST,",
    "[tools]\nsearxng = 'somewhere'": "tools.searxng: should be a whole http or https address",
    "[tools]\nweb_search = 'nobody'": "tools.web_search: no tool named 'nobody'; there are: calculator",
    "[retry]\nbase = 'soon'": "retry.base: ",
    "[cache]\nanswers = 'x'": "cache.answers: ",
    '[models."*"]\nparallel = 0': "models.*",
    "[budget]\nweek = 1": "budget.week: is none: the workspace's caps stand in [budget.day]",
    "[mcp.x]": "mcp.x: needs either a command or a url",
    "[telemetry]\nendpoint = 'x'": "telemetry.endpoint: should be a whole",
    "modle = 'x:y'": "modle: there is no such setting; did you mean 'model'?",
    "a = [": "is not TOML: ",
}
OF_THE_APP = {
    "[app]\ntheme = 'pink'": "app.theme: should be dark or light, not 'pink'",
    "[app]\ncolour = 'red'": "app.colour: there is no such setting; [app] takes theme",
    "[keys]\n'verb.stp' = 'x'": "keys.verb.stp: there is no binding of this name; did you mean verb.step?",
    "[keys]\n'verb.step' = 'x'": "keys.verb.step: x is the key of verb.skip, too",
}


@pytest.mark.slow
@pytest.mark.parametrize("content", WRONG)
def test_what_a_run_keeps_to_stops_it_by_name_and_nothing_is_begun(bench: Bench, content: str):
    path = bench.write("workbench.toml", content)
    verbs = bench.write("verbs", "continue\n")
    for words in (("run", "flaky-parts", "--headless"), ("debug", "flaky-parts", "--commands", str(verbs))):
        told = bench(*words)
        assert told.code == 2
        assert told.sentence.startswith(f"{path}: {WRONG[content]}")
    assert bench("personas", "list").code == 0
    result = bench("doctor", "--json")
    assert result.code == 1
    wrong = {check["name"]: check["detail"] for check in result.document["checks"] if not check["ok"]}
    assert list(wrong) == ["settings"]
    assert wrong["settings"].startswith(f"{path}: {WRONG[content]}")
    path.unlink()
    assert bench.sessions() == []


@pytest.mark.slow
@pytest.mark.parametrize("content", OF_THE_APP)
def test_what_the_app_keeps_to_is_remarked_where_it_does_not_run(bench: Bench, content: str):
    path = bench.write("workbench.toml", content)
    told = bench("run", "flaky-parts", "--headless")
    assert told.code == 0
    assert told.err.startswith(f"workbench: {path}: {OF_THE_APP[content]}")
    assert "(the app does not open until this is mended)\n" in told.err
    assert bench("resume", "last", "--headless").err.startswith(f"workbench: {path}: ")
    assert bench("doctor").code == 1


@pytest.mark.slow
def test_several_mistakes_are_counted_and_the_doctor_names_all(bench: Bench):
    path = bench.write("workbench.toml", "model = 5\n[retry]\nfoo = 1\n[app]\ntheme = 'pink'\n")
    told = bench("run", "flaky-parts", "--headless")
    assert told.err.splitlines()[-1].endswith("(and 1 more; 'workbench doctor' names all)")
    (wrong,) = [check for check in bench("doctor", "--json").document["checks"] if not check["ok"]]
    assert wrong["detail"].count(str(path)) == 3


@pytest.mark.slow
def test_what_is_right_is_let_pass(bench: Bench):
    told = 'model = "openai:x"\n[tools]\nhttp_hosts = ["a.com", "*.b.org", "127.0.0.1:80"]\nmine = 3\n'
    bench.write("workbench.toml", f'{told}[prices."openai:x"]\ninput = 1\noutput = 2\n')
    assert bench("run", "flaky-parts", "--headless").code == 0
    assert bench("doctor").code == 0
