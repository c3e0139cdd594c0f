"""Who people are: accounts, their roles, and the sessions they are signed in by."""
