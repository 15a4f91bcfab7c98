//! What nobody shall guess.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::HostError;

/// 256 random bits, as text that an address or a cookie can hold.
pub(crate) fn token() -> Result<String, HostError> {
    let mut bytes = [0_u8; 32];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// So many characters of `alphabet`, each as likely as any other.
pub(crate) fn characters(count: usize, alphabet: &[u8]) -> Result<String, HostError> {
    let length = u8::try_from(alphabet.len()).unwrap_or(u8::MAX).max(1);
    // A byte beyond the last whole round would make the first letters likelier.
    let beyond = u8::MAX - u8::MAX % length;
    let mut text = String::with_capacity(count);
    while text.len() < count {
        let mut bytes = [0_u8; 32];
        fill(&mut bytes)?;
        let usable = bytes.iter().filter(|byte| **byte < beyond);
        let letters = usable.filter_map(|byte| alphabet.get(usize::from(byte % length)));
        text.extend(letters.take(count - text.len()).copied().map(char::from));
    }
    Ok(text)
}

fn fill(bytes: &mut [u8]) -> Result<(), HostError> {
    getrandom::fill(bytes).map_err(|error| HostError::Random {
        reason: error.to_string(),
    })
}
