"""A record's form as a person fills it in without scripts: fields by their labels, buttons by their words."""

from __future__ import annotations

import io
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.web.conftest import parse, words


class Sheet:
    """One form on the page under way; pressing a button sends everything in it."""

    def __init__(self, browser: FlaskClient, soup: BeautifulSoup, status: int = 200) -> None:
        self.browser = browser
        self.status = status
        self.open(soup)

    @classmethod
    def visit(cls, browser: FlaskClient, address: str) -> Sheet:
        return cls(browser, browser.read(address))

    def open(self, soup: BeautifulSoup) -> None:
        self.soup = soup
        form = soup.select_one("#record-form, #picker") or soup.select_one("main form")
        assert isinstance(form, Tag), words(soup)[:300]
        self.form = form
        self.values: MultiDict[str, Any] = MultiDict()
        for control in form.find_all(["input", "select", "textarea"]):
            for value in _initial(control):
                self.values.add(control["name"], value)

    def name_of(self, label: str) -> str:
        """Return the name of the control with this label: the first that begins with it."""
        for found in self.form.find_all(["label", "legend"]):
            if words(found).startswith(label):
                if found.name == "legend":
                    return str(found.parent["id"])
                return str(self.form.find(id=found["for"])["name"])
        raise AssertionError(f"no control is called {label}")

    def fill(self, label: str, *values: Any) -> Sheet:
        self.values.setlist(self.name_of(label), list(values))
        return self

    def attach(self, label: str, *files: tuple[str, bytes]) -> Sheet:
        legend = next(each for each in self.form.find_all("legend") if words(each).startswith(label))
        name = legend.parent.find("input", type="file")["name"]
        self.values.setlist(name, [(io.BytesIO(data), file_name) for file_name, data in files])
        return self

    def value(self, label: str) -> Any:
        values = self.values.getlist(self.name_of(label))
        return values[0] if len(values) == 1 else values

    def output(self, label: str) -> str:
        found = next(each for each in self.form.select(".label") if words(each).startswith(label))
        return words(found.find_next(class_="output"))

    def press(self, label: str, status: int = 200) -> Sheet:
        """Press a button and go on with the page that comes; a redirect is followed."""
        button = next(each for each in self.form.find_all("button") if words(each).startswith(label))
        sent = MultiDict(self.values)
        if button.get("name"):
            sent.add(button["name"], button["value"])
        response = self.browser.post(self.form["action"], data=sent, content_type="multipart/form-data")
        if response.status_code == 303 and status == 303:
            self.address = response.headers["Location"]
            self.soup = self.browser.read(self.address)
            return self
        self.open(parse(response, status))
        return self

    def errors(self) -> dict[str, list[str]]:
        """Return the messages beside the controls by the name of the control."""
        return {
            str(found["id"]).removesuffix("-error"): [
                each.strip().removeprefix("エラー：") for each in found.get_text("\n").split("\n") if each.strip()
            ]
            for found in self.form.select("p.error[id]")
        }

    def error_of(self, label: str) -> str:
        return " ".join(self.errors().get(self.name_of(label), []))


def _initial(control: Tag) -> list[str]:
    if not control.get("name"):
        return []
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        chosen = control.find("option", selected=True) or control.find("option")
        return [str(chosen["value"])]
    kind = control.get("type")
    if kind == "file":
        return []
    if kind in {"checkbox", "radio"}:
        return [str(control["value"])] if control.has_attr("checked") else []
    return [str(control.get("value", ""))]
