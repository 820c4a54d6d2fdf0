"""The blocks of docs/python.md, in the order of the page, in a folder with the scenarios."""

import os
import re

import pytest
from conftest import ROOT

PAGE = ROOT / "docs" / "python.md"


def blocks():
    found = re.findall(r"^```python([^\n]*)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return [(mark.strip(), text) for mark, text in found]


def models(names):
    """What the page says is the reader's own: tiny models, and tokenizers that know their words."""
    import language_model
    from test_tools import tiny

    names["model"], names["tokenizer"] = tiny(["refuse", "owner_route", "bypass"])
    texts = {message["content"] for row in names["rows"] for part in ("prompt", "chosen", "rejected") for message in row[part]}
    names["words"] = language_model.tokenizer(sorted({word for text in texts for word in text.split()}))
    names["reference"] = language_model.model(names["words"], seed=1)
    names["frozen_reference"] = language_model.clone(names["reference"])


def test_the_page(stdio, scenarios, tmp_path, monkeypatch):
    pytest.importorskip("gymnasium")
    if "--env" not in stdio.run("help", "serve"):
        pytest.skip(f"{stdio.path} has no serve --env")
    trainers = True
    try:
        import trl  # noqa: F401
    except ImportError:
        trainers = False
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NACRE_CLI", str(stdio.path))
    os.symlink(scenarios, tmp_path / "scenarios")
    names, tried = {}, 0
    for mark, text in blocks():
        assert mark in ("", "trl"), mark
        if mark == "trl":
            if not trainers:
                continue
            if "model" not in names:
                models(names)
        exec(compile(text, str(PAGE), "exec"), names)
        tried += 1
    assert tried >= 6
