"""Pictures drawn for the screens, and what draws them."""
