"""The pages for whoever follows a link from an e-mail."""
