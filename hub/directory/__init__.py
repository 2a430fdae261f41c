"""Who is where: authorities, police forces, how their areas lie, postcodes, and the organisations that can be reached."""
