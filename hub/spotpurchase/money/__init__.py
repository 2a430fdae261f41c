"""What an interview costs, in pence: priced by the card that was agreed, entered once, summed in statements."""
