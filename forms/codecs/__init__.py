"""Lexical forms of values, one rule per bind type."""
