//! Follows the structure of a component while its bytes arrive: sections, and the modules and components
//! inside. What declares something is validated; code and data are passed over, for Wasmtime validates
//! those when it compiles.
//! <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>

use wasmparser::{BinaryReaderError, Chunk, Encoding, Parser, Payload, Validator, WasmFeatures};

use crate::error::PackageError;
use crate::sections::SIGNATURE_SECTION;

/// The largest section that is kept until it is whole, in bytes: types, imports, exports and the like.
const MAX_HELD_BYTES: usize = 8 << 20;

/// How deep modules and components may stand in each other.
const MAX_DEPTH: usize = 64;

/// The longest name of a custom section that is looked at, in bytes.
const MAX_NAME_BYTES: usize = 1024;

/// A preamble: the magic number, the version and the layer.
const PREAMBLE_BYTES: usize = 8;

pub(crate) const COMPONENT_SECTIONS: [&str; 12] = [
    "custom",
    "core module",
    "core instance",
    "core type",
    "component",
    "instance",
    "alias",
    "type",
    "canonical function",
    "start",
    "import",
    "export",
];

/// A module's section that holds code, data, or how much data there is.
const CODE_AND_DATA: std::ops::RangeInclusive<u8> = 10..=12;

const MAX_MODULE_SECTION: u8 = 13;

/// Who wants to know what there is.
pub(crate) trait Watch {
    /// Bytes that stand before the signature, in their order.
    fn covered(&mut self, bytes: &[u8]);

    /// A section of the component itself, with all its bytes.
    fn section(&mut self, name: &str, bytes: u64);

    /// A custom section begins, so many modules or components below the outermost. Answers with whether its
    /// contents are wanted.
    fn custom(&mut self, depth: usize, name: &str, length: usize) -> Result<bool, PackageError>;

    /// The contents of a custom section that was wanted.
    fn contents(&mut self, depth: usize, name: &str, contents: &[u8]) -> Result<(), PackageError>;

    /// A section of the component itself that is no custom one, validated.
    fn payload(&mut self, payload: &Payload<'_>) -> Result<(), PackageError>;
}

/// How far a component was followed.
pub(crate) struct Structure {
    /// The component, and what is open in it, the innermost last.
    frames: Vec<Frame>,
    validator: Validator,
    /// How many bytes there may be.
    limit: u64,
    /// How many bytes there were.
    offset: usize,
    /// What is kept of the section or preamble that is being read, from its first byte on.
    kept: Vec<u8>,
    next: Next,
}

/// A module or component that is not at its end.
struct Frame {
    parser: Parser,
    encoding: Encoding,
    /// Where it ends; the outermost does not say.
    end: Option<usize>,
    /// How many bytes its parser was not shown, by which the places in its errors are too small.
    unseen: usize,
}

/// What the next byte belongs to.
enum Next {
    Preamble,
    Head,
    /// A section that is kept until it is whole.
    Kept {
        end: usize,
        custom: Option<Custom>,
    },
    /// What is left of a section that nobody needs.
    Passed {
        end: usize,
    },
    /// Nothing: the signature was the last section.
    Nothing,
}

struct Custom {
    name: String,
    /// Where its contents begin in what is kept.
    start: usize,
}

impl Structure {
    pub(crate) fn new(limit: u64) -> Self {
        let outermost = Frame {
            parser: Parser::new(0),
            encoding: Encoding::Component,
            end: None,
            unseen: 0,
        };
        Self {
            frames: vec![outermost],
            validator: Validator::new_with_features(WasmFeatures::all()),
            limit: limit.min(usize::MAX as u64),
            offset: 0,
            kept: Vec::new(),
            next: Next::Preamble,
        }
    }

    /// Takes the next bytes.
    pub(crate) fn push(
        &mut self,
        mut bytes: &[u8],
        watch: &mut impl Watch,
    ) -> Result<(), PackageError> {
        while let Some((first, rest)) = bytes.split_first() {
            match self.next {
                Next::Preamble => {
                    self.keep_byte(*first);
                    bytes = rest;
                    if self.kept.len() == PREAMBLE_BYTES {
                        self.begin(watch)?;
                    }
                }
                Next::Head => {
                    self.keep_byte(*first);
                    bytes = rest;
                    self.read_head(watch)?;
                }
                Next::Kept { end, .. } => {
                    let (now, later) = split(bytes, end - self.offset);
                    self.kept.extend_from_slice(now);
                    self.offset += now.len();
                    bytes = later;
                    self.end_if_whole(watch)?;
                }
                Next::Passed { end } => {
                    let (now, later) = split(bytes, end - self.offset);
                    watch.covered(now);
                    self.offset += now.len();
                    bytes = later;
                    self.end_if_whole(watch)?;
                }
                Next::Nothing => {
                    return Err(PackageError::AfterSignature {
                        offset: self.offset,
                    });
                }
            }
        }
        Ok(())
    }

    /// Checks that the bytes so far are a whole component.
    pub(crate) fn finish(&mut self) -> Result<(), PackageError> {
        if self.frames.len() == 1 && matches!(self.next, Next::Preamble) {
            check_kind(&self.kept)?;
        }
        let between = matches!(self.next, Next::Head) && self.kept.is_empty();
        if self.frames.len() != 1 || !(between || matches!(self.next, Next::Nothing)) {
            return Err(self.damage(self.offset, "unexpected end-of-file"));
        }
        self.end_validation()
    }

    fn keep_byte(&mut self, byte: u8) {
        self.kept.push(byte);
        self.offset += 1;
    }

    /// The preamble of a module or component is whole.
    fn begin(&mut self, watch: &mut impl Watch) -> Result<(), PackageError> {
        if self.frames.len() == 1 {
            check_kind(&self.kept)?;
        }
        self.parse(|frame, payload| {
            if let Payload::Version { encoding, .. } = payload {
                frame.encoding = *encoding;
            }
            Ok(())
        })?;
        self.next_section(watch)
    }

    /// Looks whether enough of a section is there to know what to do with it.
    fn read_head(&mut self, watch: &mut impl Watch) -> Result<(), PackageError> {
        let Some((&id, mut rest)) = self.kept.split_first() else {
            return Ok(());
        };
        let Some(length) = self.read_number(&mut rest)? else {
            return Ok(());
        };
        let start = self.kept.len() - rest.len();
        let head_end = self.offset - rest.len();
        let end = self.check_end(head_end as u64 + u64::from(length))?;
        let depth = self.frames.len() - 1;
        let encoding = self
            .frames
            .last()
            .map_or(Encoding::Component, |frame| frame.encoding);
        if id == 0 {
            return self.read_custom(depth, start, end, watch);
        }
        if depth == 0 {
            let name = COMPONENT_SECTIONS.get(usize::from(id)).copied();
            watch.section(name.unwrap_or("unknown"), (start + (end - head_end)) as u64);
        }
        match (encoding, id) {
            (Encoding::Component, 1 | 4) => self.open(end, watch),
            (Encoding::Module, id) if CODE_AND_DATA.contains(&id) => self.pass(end, watch),
            (Encoding::Component, 2..=11) | (Encoding::Module, 1..=MAX_MODULE_SECTION) => {
                self.keep(end, None, watch)
            }
            _ => Err(self.damage(
                head_end,
                &format!("there is no section with the number {id}"),
            )),
        }
    }

    /// As [`Self::read_head`], where its name is needed as well.
    fn read_custom(
        &mut self,
        depth: usize,
        start: usize,
        end: usize,
        watch: &mut impl Watch,
    ) -> Result<(), PackageError> {
        let beyond = "the name of a custom section goes beyond its end";
        let mut rest = self.kept.get(start..).unwrap_or_default();
        let Some(length) = self.read_number(&mut rest)? else {
            return match self.offset < end {
                true => Ok(()),
                false => Err(self.damage(end, beyond)),
            };
        };
        let length = length as usize;
        let name_start = self.offset - rest.len();
        if length > end.saturating_sub(name_start) {
            return Err(self.damage(name_start, beyond));
        }
        let name = match length {
            0..=MAX_NAME_BYTES => {
                let Some(name) = rest.get(..length) else {
                    return Ok(());
                };
                let Ok(name) = std::str::from_utf8(name) else {
                    return Err(
                        self.damage(name_start, "the name of a custom section is not UTF-8")
                    );
                };
                name.to_owned()
            }
            _ => "(a long name)".to_owned(),
        };
        let contents = end - name_start - length;
        if depth == 0 {
            let header = self.kept.len() - rest.len();
            watch.section(&name, (header + length + contents) as u64);
        }
        let wanted = length <= MAX_NAME_BYTES && watch.custom(depth, &name, contents)?;
        match wanted {
            true => {
                let start = self.kept.len();
                self.keep(end, Some(Custom { name, start }), watch)
            }
            false => self.pass(end, watch),
        }
    }

    /// A number in LEB128 at the beginning of `rest`; none if its end is not there yet.
    fn read_number(&self, rest: &mut &[u8]) -> Result<Option<u32>, PackageError> {
        let mut number = 0_u64;
        for (index, byte) in rest.iter().enumerate() {
            if index == 5 {
                break;
            }
            number |= u64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                let number = u32::try_from(number);
                let number =
                    number.map_err(|_| self.damage(self.offset, "a number is too large"))?;
                *rest = rest.get(index + 1..).unwrap_or_default();
                return Ok(Some(number));
            }
        }
        match rest.len() {
            0..5 => Ok(None),
            _ => Err(self.damage(self.offset, "a number is too long")),
        }
    }

    /// Checks that a section that says that it ends there can do so.
    fn check_end(&self, end: u64) -> Result<usize, PackageError> {
        let outer = self.frames.last().and_then(|frame| frame.end);
        match outer {
            Some(outer) if end > outer as u64 => Err(self.damage(
                self.offset,
                "a section goes beyond the end of what it stands in",
            )),
            None if end > self.limit => Err(PackageError::TooLarge { limit: self.limit }),
            _ => usize::try_from(end).map_err(|_| PackageError::TooLarge { limit: self.limit }),
        }
    }

    /// A module or component inside begins.
    fn open(&mut self, end: usize, watch: &mut impl Watch) -> Result<(), PackageError> {
        if self.frames.len() > MAX_DEPTH {
            let problem =
                format!("modules and components stand more than {MAX_DEPTH} deep in each other");
            return Err(self.damage(self.offset, &problem));
        }
        let mut inside = None;
        self.parse(|frame, payload| {
            if let Payload::ModuleSection { parser, .. }
            | Payload::ComponentSection { parser, .. } = payload
            {
                inside = Some(Frame {
                    parser: parser.clone(),
                    encoding: Encoding::Module,
                    end: Some(end),
                    unseen: frame.unseen,
                });
            }
            Ok(())
        })?;
        self.frames.extend(inside);
        watch.covered(&self.kept);
        self.kept.clear();
        self.next = Next::Preamble;
        match end - self.offset < PREAMBLE_BYTES {
            true => Err(self.damage(self.offset, "a module or component inside is cut off")),
            false => Ok(()),
        }
    }

    fn keep(
        &mut self,
        end: usize,
        custom: Option<Custom>,
        watch: &mut impl Watch,
    ) -> Result<(), PackageError> {
        let length = end - self.offset;
        if length > MAX_HELD_BYTES {
            let problem = format!(
                "a section has {length} bytes, and one of its kind may have {MAX_HELD_BYTES}"
            );
            return Err(self.damage(self.offset, &problem));
        }
        self.next = Next::Kept { end, custom };
        self.end_if_whole(watch)
    }

    fn pass(&mut self, end: usize, watch: &mut impl Watch) -> Result<(), PackageError> {
        watch.covered(&self.kept);
        let shown = self.kept.len() + (end - self.offset);
        if let Some(frame) = self.frames.last_mut() {
            frame.unseen += shown;
        }
        self.kept.clear();
        self.next = Next::Passed { end };
        self.end_if_whole(watch)
    }

    fn end_if_whole(&mut self, watch: &mut impl Watch) -> Result<(), PackageError> {
        match &self.next {
            Next::Passed { end } if *end == self.offset => self.next_section(watch),
            Next::Kept { end, .. } if *end == self.offset => {
                let Next::Kept { custom, .. } = std::mem::replace(&mut self.next, Next::Head)
                else {
                    return Ok(());
                };
                let depth = self.frames.len() - 1;
                let Some(custom) = custom else {
                    self.parse(|_, payload| match depth {
                        0 => watch.payload(payload),
                        _ => Ok(()),
                    })?;
                    return self.next_section(watch);
                };
                let contents = self.kept.get(custom.start..).unwrap_or_default();
                watch.contents(depth, &custom.name, contents)?;
                if depth == 0 && custom.name == SIGNATURE_SECTION {
                    self.kept.clear();
                    self.next = Next::Nothing;
                    return Ok(());
                }
                if let Some(frame) = self.frames.last_mut() {
                    frame.unseen += self.kept.len();
                }
                self.next_section(watch)
            }
            _ => Ok(()),
        }
    }

    /// What is kept is done with; so are the modules and components that end here.
    fn next_section(&mut self, watch: &mut impl Watch) -> Result<(), PackageError> {
        watch.covered(&self.kept);
        self.kept.clear();
        self.next = Next::Head;
        while self
            .frames
            .last()
            .is_some_and(|frame| frame.end == Some(self.offset))
        {
            self.end_validation()?;
            self.frames.pop();
        }
        Ok(())
    }

    /// Shows what is kept to the parser and the validator.
    fn parse(
        &mut self,
        see: impl FnOnce(&mut Frame, &Payload<'_>) -> Result<(), PackageError>,
    ) -> Result<(), PackageError> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let unseen = frame.unseen;
        let wrong = |error: BinaryReaderError| PackageError::Damaged {
            offset: error.offset() + unseen,
            problem: error.message().to_owned(),
        };
        match frame.parser.parse(&self.kept, false).map_err(wrong)? {
            Chunk::Parsed { consumed, payload } if consumed == self.kept.len() => {
                self.validator.payload(&payload).map_err(wrong)?;
                see(frame, &payload)
            }
            _ => Err(PackageError::Damaged {
                offset: self.offset,
                problem: "the length of a section is wrong".into(),
            }),
        }
    }

    fn end_validation(&mut self) -> Result<(), PackageError> {
        let offset = self.offset;
        match self.validator.end(offset) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.damage(offset, error.message())),
        }
    }

    fn damage(&self, offset: usize, problem: &str) -> PackageError {
        PackageError::Damaged {
            offset,
            problem: problem.to_owned(),
        }
    }
}

fn split(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

/// The two kinds of WebAssembly binaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BinaryKind {
    /// A component.
    Component,
    /// A core module.
    Module,
}

impl BinaryKind {
    /// What `bytes` begins like. The rest may be wrong all the same.
    ///
    /// # Errors
    ///
    /// If it is no WebAssembly.
    pub fn of(bytes: &[u8]) -> Result<Self, PackageError> {
        if !bytes.starts_with(b"\0asm") {
            let found = bytes.get(..bytes.len().min(4)).unwrap_or_default();
            let found = match found {
                [] => "nothing".to_owned(),
                found => format!("`{}`", found.escape_ascii()),
            };
            return Err(PackageError::NotWasm { found });
        }
        Ok(match Parser::is_core_wasm(bytes) {
            true => Self::Module,
            false => Self::Component,
        })
    }
}

/// Checks that `bytes` begins like a component.
pub(crate) fn check_kind(bytes: &[u8]) -> Result<(), PackageError> {
    match BinaryKind::of(bytes)? {
        BinaryKind::Component => Ok(()),
        BinaryKind::Module => Err(PackageError::CoreModule),
    }
}

pub(crate) fn damaged(error: &BinaryReaderError) -> PackageError {
    PackageError::Damaged {
        offset: error.offset(),
        problem: error.message().to_owned(),
    }
}
