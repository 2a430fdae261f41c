"""The pages of a child's markers: what stands, what stood before, and the forms that add, change, review and end one."""
