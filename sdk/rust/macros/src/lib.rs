//! The attribute macro of the Pato SDK.
