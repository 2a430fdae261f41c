"""Who is on duty at an organisation, and which number reaches them now."""
