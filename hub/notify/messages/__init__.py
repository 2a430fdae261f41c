"""The messages: one plain-text template for each kind of alert, and what fills it."""
