use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of registers: 2 to the power of [`BITS`].
const REGISTERS: usize = 1 << BITS;
const BITS: u32 = 12;

/// An estimate of how many different names there were, within some 2 in a hundred, in 4 KiB however
/// many there are. It is the algorithm HyperLogLog of Flajolet, Fusy, Gandouet and Meunier (2007).
#[derive(Clone)]
pub(crate) struct Distinct {
    registers: Vec<u8>,
}

impl Default for Distinct {
    fn default() -> Self {
        Self {
            registers: vec![0; REGISTERS],
        }
    }
}

impl Distinct {
    pub(crate) fn add(&mut self, name: &str) {
        let hash = hash(name);
        // The first bits choose the register, which keeps the longest run of zeros of the rest.
        let index = usize::try_from(hash >> (u64::BITS - BITS)).unwrap_or_default();
        let run = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() + 1;
        if let Some(register) = self.registers.get_mut(index) {
            *register = (*register).max(u8::try_from(run).unwrap_or(u8::MAX));
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "it is an estimate, and never negative"
    )]
    pub(crate) fn estimate(&self) -> u32 {
        let count = REGISTERS as f64;
        let harmonic: f64 = self
            .registers
            .iter()
            .map(|run| 0.5_f64.powi((*run).into()))
            .sum();
        let raw = 0.7213 / (1.0 + 1.079 / count) * count * count / harmonic;
        let empty = self.registers.iter().filter(|run| **run == 0).count() as f64;
        let estimate = match raw <= 2.5 * count && empty > 0.0 {
            true => count * (count / empty).ln(),
            false => raw,
        };
        estimate.round() as u32
    }
}

/// FNV-1a, and then the finaliser of MurmurHash3, for FNV alone leaves the first bits too regular. It
/// must not change, for what it yields is stored.
fn hash(name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// As text, one letter for each register: a run is at most 53.
impl Serialize for Distinct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let letters = self.registers.iter().map(|run| char::from(b'0' + run));
        serializer.serialize_str(&letters.collect::<String>())
    }
}

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut registers: Vec<u8> = text
            .bytes()
            .map(|letter| letter.saturating_sub(b'0').min(53))
            .collect();
        registers.resize(REGISTERS, 0);
        Ok(Self { registers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_is_near_whatever_the_number() {
        for many in [1_u32, 10, 1_000, 10_000, 300_000] {
            let mut distinct = Distinct::default();
            for name in 0..many {
                for _ in 0..2 {
                    distinct.add(&format!("viewer{name}"));
                }
            }
            let error = (f64::from(distinct.estimate()) / f64::from(many) - 1.0).abs();
            assert!(error < 0.05, "{many} became {}", distinct.estimate());
        }
        assert_eq!(Distinct::default().estimate(), 0);
    }

    #[test]
    fn it_is_the_same_when_it_was_stored() {
        let mut distinct = Distinct::default();
        (0..5000).for_each(|name| distinct.add(&name.to_string()));
        let text = pato_sdk::prelude::json!(distinct);
        let read: Distinct = Deserialize::deserialize(&text).unwrap();
        assert_eq!(read.registers, distinct.registers);
        assert!(text.as_str().unwrap().len() == REGISTERS);
    }

    #[test]
    fn what_is_stored_wrong_does_no_harm() {
        for text in ["", "~~~~é", &"z".repeat(99_999)] {
            let read: Distinct = Deserialize::deserialize(&pato_sdk::prelude::json!(text)).unwrap();
            assert_eq!(read.registers.len(), REGISTERS);
            read.estimate();
        }
    }
}
