"""The office's figures: needs by place and matter, what is late, days to answer, the told, the visited, surges."""
