"""The laptop's side of a hand-over: enrolment, transports, and the list of steps."""
