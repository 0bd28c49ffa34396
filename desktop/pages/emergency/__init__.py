"""Head counts, in the village and at the township."""
