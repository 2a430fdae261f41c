"""The law as rows, and a pure engine over them: who owes whom what, by when, and why.

Nothing here asks the time, the network or a database. ``table`` loads and checks the rows, ``applies`` says which of
them a set of facts sets off, ``clocks`` when each is due, ``explain`` puts the two together, ``policy`` holds the
ladders and ``steps`` when each rung is reached. ``rulebook`` is all of it, read once.
"""
