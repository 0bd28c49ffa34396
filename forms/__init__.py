"""What is recorded and what it means: pure, without Qt, SQL, network, clock or randomness."""
