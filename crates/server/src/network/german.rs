//! The pairing page in German.

use pato_host::PairingError;

use super::pages::Words;

pub(super) const WORDS: Words = Words {
    lang: "de",
    title: "Dieses Gerät koppeln",
    explanation: "Erzeuge in Patos Einstellungen am Computer einen Code und gib ihn hier ein.",
    code: "Code",
    name: "Name dieses Geräts",
    pair: "Koppeln",
    clear: "Was dieses Gerät sendet und zeigt, ist im Netzwerk nicht verschlüsselt. Es kann Pato ansehen und \
            bedienen, aber nicht ändern, wer was darf.",
    problem,
};

fn problem(problem: PairingError) -> String {
    match problem {
        PairingError::NoCode => {
            "Gerade gilt kein Code: erzeuge einen neuen in Patos Einstellungen am Computer".into()
        }
        PairingError::Wrong { left } => {
            format!("Das ist nicht der Code; Versuche übrig: {left}")
        }
        PairingError::Spent => {
            "Das war zu oft falsch: erzeuge einen neuen Code in Patos Einstellungen am Computer"
                .into()
        }
    }
}
