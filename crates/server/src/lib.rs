//! HTTP and WebSocket over loopback: the REST API, the wire protocol and the status page.
