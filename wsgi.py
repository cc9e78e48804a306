"""The WSGI entry point: settings from the environment, then the application."""

from marketplace.app import create_app
from marketplace.settings import Settings

application = create_app(Settings.from_env())
application.tally.start()
