"""How gunicorn serves the rungs: by the worker class of the application, as it is set there."""

from marketplace.infrastructure.application.draining import DrainingWorker, hold_signals_over_fork

threads = 2
worker_class = DrainingWorker
preload_app = True
keepalive = 5
timeout = 30
control_socket_disable = True


def pre_fork(server: object, worker: object) -> None:
    hold_signals_over_fork()
