//! OBS Studio, by obs-websocket 5.
