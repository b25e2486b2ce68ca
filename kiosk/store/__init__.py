"""The terminal's database: tables, the journal and what is folded from it; no rules of the scheme."""
