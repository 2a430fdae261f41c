"""Somebody at their browser, who has joined: what the pages of sign-in and account are tested with."""

import pytest
from flask import Flask

from hub.core.db import Database
from hub.demonstration.cast import Cast
from tests.access.visiting import Phone, Visitor, invited


@pytest.fixture
def pat(app: Flask, database: Database, cast: Cast) -> Visitor:
    """Somebody who has joined, and is signed in."""
    visitor = Visitor(app)
    visitor.joins(invited(database, cast))
    return visitor


@pytest.fixture
def phone(pat: Visitor) -> Phone:
    assert pat.phone is not None
    return pat.phone


@pytest.fixture
def elsewhere(app: Flask, pat: Visitor) -> Visitor:
    """Another browser, in which nobody has signed in."""
    return Visitor(app)
