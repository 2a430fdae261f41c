"""The interview itself: booked, attempted, offered to the child, declined, held, moved, cancelled."""
