//! What a plugin's manifest requests, what the user granted, and whether one covers the other.
