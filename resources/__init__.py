"""What ships beside the code: forms, lists, translations, icons."""
