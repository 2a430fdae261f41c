"""The pages for registering from a spreadsheet."""
