use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The answer that proves knowledge of a password without sending it, as obs-websocket 5 defines it:
/// `base64(sha256(base64(sha256(password + salt)) + challenge))`.
pub(crate) fn answer(password: &str, salt: &str, challenge: &str) -> String {
    let hash = |first: &str, second: &str| {
        let digest = Sha256::new().chain_update(first).chain_update(second);
        Zeroizing::new(STANDARD.encode(digest.finalize()))
    };
    let secret = hash(password, salt);
    hash(&secret, challenge).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_the_one_of_the_protocols_own_example() {
        // The worked example of the protocol's own documentation.
        let answer = answer(
            "supersecretpassword",
            "lM1GncleQOaCu9lT1yeUZhFYnqhsLLP1G5lAGo3ixaI=",
            "+IxH4CnCiqpX1rM9scsNynZzbOe4KhDeYcTNS3PDaeY=",
        );
        assert_eq!(answer, "1Ct943GAT+6YQUUX47Ia/ncufilbe6+oD6lY+5kaCu4=");
    }
}
