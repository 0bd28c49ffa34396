"""What villages handed over, judged and accepted or returned."""
