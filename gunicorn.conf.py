"""`gunicorn wsgi:app` in a checkout finds this by itself; an installed wheel has the module."""

from marketplace.infrastructure.application.gunicorn import *  # noqa: F403
