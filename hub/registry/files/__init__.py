"""Care plans, assessments and other files that are supplied with notices."""
