"""One field a question type: shows a node's value, says when a person gave another."""
