"""What ``hub`` can be told to do: a module for each group of commands, loaded when one of them is given (``hub.cli``)."""
