"""How much there is of what is offered, and why."""
