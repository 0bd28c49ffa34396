"""The live form: nodes, dependency graph, repeats, choice lists, actions, validation."""
