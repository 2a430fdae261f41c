"""The WSGI entry: ``granian --interface wsgi wsgi:app``."""

from hub.core.lifeline import end_with_parent

end_with_parent()

from hub.app import create_app  # noqa: E402 - loading takes a second, in which it must be possible to stop

app = create_app()
