"""How gunicorn serves the rungs: as it serves the application, but for what that adds."""

threads = 2
worker_class = "gthread"
preload_app = True
keepalive = 5
timeout = 30
control_socket_disable = True
