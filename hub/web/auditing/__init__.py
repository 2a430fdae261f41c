"""The pages of the audit: who did or saw what, for an organisation's privacy lead."""
