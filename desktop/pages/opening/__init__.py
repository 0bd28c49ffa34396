"""Before the pages: the lock, the first start, who opens."""
