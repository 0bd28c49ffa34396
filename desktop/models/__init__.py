"""Lists of people, requests and records for the tables of `widgets.table`."""
