"""Who is where: authorities, police forces, areas, postcodes, and the organisations that can be reached."""
