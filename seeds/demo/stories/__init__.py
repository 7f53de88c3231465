"""What happens to demo tickets and tasks: each story is a generator over a case, yielding the time of its next step."""
