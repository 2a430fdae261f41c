"""Return home interviews bought across a border: asked for, offered, commissioned, held, written up, answered and paid for."""
