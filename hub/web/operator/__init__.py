"""The pages of whoever runs the hub: is it well, who is in the directory and can be reached, what was given up. Never a child."""
