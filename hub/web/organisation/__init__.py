"""The pages on which an organisation's administrator looks after its people, contact points, ladders, systems and sign-in."""
