"""The pages: events, bookings, the library, adoptions, and what one grant spreads."""
