"""Who is on duty: the page of an organisation's rota, its overrides, and the calendar that others' programs read."""
