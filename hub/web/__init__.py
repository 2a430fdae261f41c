"""What people see in a browser. Pages carry no rules and no SQL."""

from flask import Flask

from hub.web import headers, health, pages, pickup


def install(app: Flask) -> None:
    """Register every page and the health addresses, and what goes before and after each request."""
    headers.install(app)
    app.register_blueprint(health.blp)
    app.register_blueprint(pages.blp)
    app.register_blueprint(pickup.blp)
