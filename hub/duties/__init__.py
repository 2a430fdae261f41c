"""The law as rows, and a pure engine over them: who owes whom what, by when, and why.

Nothing here asks the time, the network or a database. ``table`` loads and checks the rows, ``applies`` says which of them
a set of facts sets off, ``clocks`` says when each is due, ``explain`` puts the two together, ``policy`` holds the ladders.
"""
