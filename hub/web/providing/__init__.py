"""Pages of whoever holds return home interviews: what is asked of them, taken on, written up and charged."""
