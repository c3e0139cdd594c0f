"""What a WSGI server loads in a checkout: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

from marketplace.main import create_app

app = create_app()
