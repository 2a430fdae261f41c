"""Workers killed at random moments while obligations fall due and deliveries go to flaky receivers: is anything lost?"""
