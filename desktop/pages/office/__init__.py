"""The office that receives the villages."""
