//! Secrets: held in memory, wiped, redacted, and attached only to outgoing requests.
