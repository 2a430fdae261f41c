"""Who may: API clients and their keys, and the whole authorisation policy on one page (``permissions``)."""
