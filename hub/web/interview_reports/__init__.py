"""Reports of interviews as they are read and answered: by the council that asked, and by whoever was given a view of them."""
