use wasmtime::component::Val;
use wasmtime::component::types::{ComponentFunc, Type, Variant};
use wasmtime::component::wasm_wave::untyped::UntypedFuncCall;

use crate::bindings::pato::platform::types::Error;
use crate::services::ServiceError;

/// How long the text of a signature may be. Types share parts, so a small component can describe one that
/// is without end when it is written out.
const MAX_TEXT: usize = 16 << 10;

/// What a function takes and answers.
#[derive(Debug)]
pub(crate) struct Signature {
    /// As in WIT, with all types written out: functions with the same text fit together.
    pub(crate) text: String,
    /// Of its parameters.
    pub(crate) parameters: Vec<Type>,
    pub(crate) carrier: Carrier,
}

/// Where in a function's answer there is room for what the host has to say: that the plugin called is not
/// there, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// Its error is `pato:platform/types.error`.
    Error,
    /// Its error is a text.
    Text,
    /// Its error is a variant, of which this case holds a `pato:platform/types.error`.
    Case(String),
}

/// The contract's `error`, case by case.
const ERROR: [(&str, Type); 7] = [
    ("denied", Type::String),
    ("invalid", Type::String),
    ("not-found", Type::String),
    ("unavailable", Type::String),
    ("rate-limited", Type::U32),
    ("timed-out", Type::String),
    ("failed", Type::String),
];

impl Signature {
    /// Reads it, or says why such a function cannot be called from another plugin.
    pub(crate) fn read(function: &ComponentFunc) -> Result<Self, String> {
        if function.async_() {
            return Err("it is async, and calls between plugins are not: leave `async` out".into());
        }
        let mut text = Text(String::from("func("));
        for (index, (name, ty)) in function.params().enumerate() {
            text.separate(index);
            text.push(name)?;
            text.push(": ")?;
            text.ty(&ty)?;
        }
        text.push(")")?;
        for ty in function.results() {
            text.push(" -> ")?;
            text.ty(&ty)?;
        }
        let Some(carrier) = Carrier::of(function) else {
            return Err(format!(
                "it is `{}`, which has no room for an error, and a call of another plugin can always \
                 fail: let it answer `result<_, error>` with `use pato:platform/types@0.1.0.{{error}}`, or \
                 `result<_, string>`",
                text.0
            ));
        };
        Ok(Self {
            parameters: function.params().map(|(_, ty)| ty).collect(),
            text: text.0,
            carrier,
        })
    }
}

impl Signature {
    /// Reads arguments in WAVE.
    pub(crate) fn arguments(&self, function: &str, text: &str) -> Result<Vec<Val>, ServiceError> {
        let source = format!("{function}({text})");
        let read = UntypedFuncCall::parse(&source)
            .and_then(|call| call.to_wasm_params::<Val>(&self.parameters));
        read.map_err(|error| {
            ServiceError::Invalid(format!(
                "`{}` is no list of arguments for `{}`: {error}; write WAVE, such as `\"ronni\", 5`",
                shown(text),
                self.text
            ))
        })
    }
}

/// The text as an error shows it: its beginning.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}

impl Carrier {
    fn of(function: &ComponentFunc) -> Option<Self> {
        let mut results = function.results();
        let (Some(Type::Result(result)), None) = (results.next(), results.next()) else {
            return None;
        };
        match result.err()? {
            Type::String => Some(Self::Text),
            Type::Variant(variant) if is_error(&variant) => Some(Self::Error),
            Type::Variant(variant) => variant.cases().find_map(|case| match case.ty {
                Some(Type::Variant(inner)) if is_error(&inner) => {
                    Some(Self::Case(case.name.to_owned()))
                }
                _ => None,
            }),
            _ => None,
        }
    }

    /// The answer that says so.
    pub(crate) fn failure(&self, error: Error) -> Val {
        let error = match self {
            Self::Text => Val::String(ServiceError::from(error).to_string()),
            Self::Error => value(error),
            Self::Case(name) => Val::Variant(name.clone(), Some(Box::new(value(error)))),
        };
        Val::Result(Err(Some(Box::new(error))))
    }
}

fn is_error(variant: &Variant) -> bool {
    let cases = variant.cases().map(|case| (case.name, case.ty));
    cases.len() == ERROR.len()
        && cases
            .zip(&ERROR)
            .all(|((name, ty), (own, of))| name == *own && ty.as_ref() == Some(of))
}

/// The contract's `error` as a value.
fn value(error: Error) -> Val {
    let (name, payload) = match error {
        Error::Denied(text) => ("denied", Val::String(text)),
        Error::Invalid(text) => ("invalid", Val::String(text)),
        Error::NotFound(text) => ("not-found", Val::String(text)),
        Error::Unavailable(text) => ("unavailable", Val::String(text)),
        Error::RateLimited(wait) => ("rate-limited", Val::U32(wait)),
        Error::TimedOut(text) => ("timed-out", Val::String(text)),
        Error::Failed(text) => ("failed", Val::String(text)),
    };
    Val::Variant(name.into(), Some(Box::new(payload)))
}

/// A type as it is written in WIT, without the names that an interface gives to its parts.
struct Text(String);

impl Text {
    fn push(&mut self, text: &str) -> Result<(), String> {
        self.0.push_str(text);
        match self.0.len() > MAX_TEXT {
            true => Err(format!(
                "its types are longer than {MAX_TEXT} bytes when they are written out: use simpler ones"
            )),
            false => Ok(()),
        }
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.0.push_str(", ");
        }
    }

    fn ty(&mut self, ty: &Type) -> Result<(), String> {
        match ty {
            Type::Bool => self.push("bool"),
            Type::S8 => self.push("s8"),
            Type::U8 => self.push("u8"),
            Type::S16 => self.push("s16"),
            Type::U16 => self.push("u16"),
            Type::S32 => self.push("s32"),
            Type::U32 => self.push("u32"),
            Type::S64 => self.push("s64"),
            Type::U64 => self.push("u64"),
            Type::Float32 => self.push("f32"),
            Type::Float64 => self.push("f64"),
            Type::Char => self.push("char"),
            Type::String => self.push("string"),
            Type::List(list) => self.of("list", [Some(list.ty())]),
            Type::Option(option) => self.of("option", [Some(option.ty())]),
            Type::Tuple(tuple) => self.of("tuple", tuple.types().map(Some)),
            Type::Result(result) => self.of("result", [result.ok(), result.err()]),
            Type::Record(record) => {
                let fields = record.fields();
                self.cases("record", fields.map(|field| (field.name, Some(field.ty))))
            }
            Type::Variant(variant) => {
                let cases = variant.cases();
                self.cases("variant", cases.map(|case| (case.name, case.ty)))
            }
            Type::Enum(cases) => self.cases("enum", cases.names().map(|name| (name, None))),
            Type::Flags(flags) => self.cases("flags", flags.names().map(|name| (name, None))),
            Type::Own(_) | Type::Borrow(_) => self.refuse(
                "a resource",
                "pass records, or an id that the plugin looks up",
            ),
            Type::Stream(_) => self.refuse("a stream", "pass a list"),
            Type::Future(_) => self.refuse("a future", "answer when the value is there"),
            Type::ErrorContext => self.refuse("an error-context", "pass a string"),
            Type::Map(_) => self.refuse("a map", "pass a list of tuples"),
            Type::FixedLengthList(_) => self.refuse("a list of fixed length", "pass a tuple"),
        }
    }

    fn of(
        &mut self,
        name: &str,
        types: impl IntoIterator<Item = Option<Type>>,
    ) -> Result<(), String> {
        self.push(name)?;
        self.push("<")?;
        for (index, ty) in types.into_iter().enumerate() {
            self.separate(index);
            match ty {
                Some(ty) => self.ty(&ty)?,
                None => self.push("_")?,
            }
        }
        self.push(">")
    }

    fn cases<'a>(
        &mut self,
        kind: &str,
        cases: impl Iterator<Item = (&'a str, Option<Type>)>,
    ) -> Result<(), String> {
        self.push(kind)?;
        self.push(" { ")?;
        for (index, (name, ty)) in cases.enumerate() {
            self.separate(index);
            self.push(name)?;
            if let Some(ty) = ty {
                self.push(": ")?;
                self.ty(&ty)?;
            }
        }
        self.push(" }")
    }

    fn refuse(&self, what: &str, remedy: &str) -> Result<(), String> {
        Err(format!(
            "there is {what} in `{}…`, which cannot be passed from one plugin to another: {remedy}",
            self.0
        ))
    }
}
