//! Publish and subscribe by pattern, with bounded mailboxes, snapshots, history and loop detection.
