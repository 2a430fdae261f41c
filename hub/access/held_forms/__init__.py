"""Forms that were sent too late or too early: kept sealed until their sender is back."""
