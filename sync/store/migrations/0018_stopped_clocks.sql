-- An open request whose clock is stopped (returned, forwarded, answered) stands after those whose time runs.
UPDATE request SET due_order = '9999' WHERE open = 1 AND running = 0;
