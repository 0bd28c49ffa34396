"""The look: the only place with colours and pixels."""
