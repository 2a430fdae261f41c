"""Which keys are there, what stands under each, and how are they changed?"""
