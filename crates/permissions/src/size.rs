use std::fmt;
use std::str::FromStr;

use crate::error::{ParseError, shown};

/// A number of bytes, as people write it: `1 MiB`, `512KiB`, `1048576`.
///
/// It is shown in the largest unit that divides it, without a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ByteSize(
    /// The bytes.
    pub u64,
);

/// Largest first.
const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

impl FromStr for ByteSize {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |remedy: &str| ParseError::Size {
            text: shown(text),
            remedy: remedy.into(),
        };
        let general = "write a whole number with B, KiB, MiB or GiB, such as `1 MiB`";
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
        let unit = match unit.strip_prefix(' ') {
            Some(unit) if !unit.is_empty() => unit,
            _ => unit,
        };
        let factor = match unit {
            "" | "B" => 1,
            "KB" | "kB" | "K" | "k" | "kb" => return Err(error("write `KiB` for 1,024 bytes")),
            "MB" | "M" | "m" | "mb" => return Err(error("write `MiB` for 1,024 KiB")),
            "GB" | "G" | "g" | "gb" => return Err(error("write `GiB` for 1,024 MiB")),
            _ => UNITS
                .iter()
                .find(|(name, _)| *name == unit)
                .map(|(_, factor)| *factor)
                .ok_or_else(|| error(general))?,
        };
        if number.is_empty() {
            return Err(error(general));
        }
        let bytes = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(factor));
        bytes.map(Self).ok_or_else(|| error("it is too large"))
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, factor) in UNITS {
            if self.0 > 0 && self.0.is_multiple_of(factor) {
                return write!(f, "{}{unit}", self.0 / factor);
            }
        }
        write!(f, "{}B", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("1 MiB", 1 << 20),
            ("512KiB", 512 << 10),
            ("1048576", 1 << 20),
            ("0", 0),
            ("7 B", 7),
            ("2 GiB", 2 << 30),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
        }
        assert_eq!(ByteSize(1 << 20).to_string(), "1MiB");
        assert_eq!(ByteSize(1536 << 10).to_string(), "1536KiB");
        assert_eq!(ByteSize(0).to_string(), "0B");
    }

    #[test]
    fn what_is_no_size_is_refused_with_what_to_write() {
        for text in [
            "",
            "MiB",
            "1.5 MiB",
            "-1",
            "1  MiB",
            " 1",
            "1 ",
            "one",
            "1 mib",
            "0x10",
            "٣",
            "18446744073709551616",
            "17179869184 GiB",
        ] {
            assert!(text.parse::<ByteSize>().is_err(), "{text:?}");
        }
        let message = "1 MB".parse::<ByteSize>().unwrap_err().to_string();
        assert!(message.contains("write `MiB`"), "{message}");
    }

    proptest! {
        #[test]
        fn a_shown_size_reads_back(bytes: u64) {
            prop_assert_eq!(ByteSize(bytes).to_string().parse(), Ok(ByteSize(bytes)));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = text.parse::<ByteSize>();
        }
    }
}
