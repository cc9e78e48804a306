"""Where the pages of the operator are entered; each service behind them asks who calls."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("web_operating", __name__)

START = "/operator"
