"""Children, placements and notices: registering, matching, correcting, redirecting, ending."""
