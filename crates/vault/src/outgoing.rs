use std::fmt;
use std::io;

use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::VaultError;

/// A text or body with its secrets put in, for the socket and nothing else. It prints as `***` and
/// wipes itself.
///
/// Only code that sends may call its methods; what they hand out is not to be kept, logged or passed to
/// a plugin.
pub struct Outgoing(pub(crate) Zeroizing<Vec<u8>>);

impl Outgoing {
    /// The value of a header, marked sensitive, so that HTTP libraries neither print nor index it.
    ///
    /// # Errors
    ///
    /// If the value holds a line break, a NUL or another control character: a header that could become
    /// two is not sent.
    pub fn into_header_value(self) -> Result<HeaderValue, VaultError> {
        let mut value = HeaderValue::from_bytes(&self.0).map_err(|_| VaultError::Header)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The bytes to write into the socket.
    pub fn as_wire_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text to send as a message; none if it is not UTF-8.
    pub fn as_wire_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Writes the bytes into a socket.
    ///
    /// # Errors
    ///
    /// If the writer fails.
    pub fn write_to(&self, writer: &mut dyn io::Write) -> io::Result<()> {
        writer.write_all(&self.0)
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
