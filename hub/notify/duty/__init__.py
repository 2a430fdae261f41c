"""Who is on duty: what administrators are told of it, and the rota over HTTP. The directory itself tells nobody."""
