"""Where files are kept, and what is done to pictures before."""
