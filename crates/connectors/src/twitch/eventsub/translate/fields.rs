//! Reads the fields of an event as far as they are needed. What Twitch adds, or sends of another type in
//! a field nobody asks for, does not lose the event.

use pato_events::catalogue::channel::Money;
use pato_events::catalogue::chat::User;
use serde_json::{Map, Value};

use crate::twitch::eventsub::frame::milliseconds;

/// A field that is missing, or not of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field `{0}` is missing, or of the wrong type")]
pub(crate) struct Unreadable(pub(crate) String);

pub(crate) type Read<T> = Result<T, Unreadable>;

/// The fields of an object.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// A value that is there and not null.
    fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(self, name: &str) -> Read<String> {
        let text = self.value(name).and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| unreadable(name))
    }

    /// Empty counts as none.
    pub(super) fn optional_text(self, name: &str) -> Option<String> {
        self.text(name).ok().filter(|text| !text.is_empty())
    }

    pub(super) fn number(self, name: &str) -> Read<u32> {
        let number = match self.value(name) {
            // Some numbers are documented as such and sent as text.
            Some(Value::String(text)) => text.parse().ok(),
            value => value.and_then(Value::as_u64),
        };
        let number = number.and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| unreadable(name))
    }

    pub(super) fn optional_number(self, name: &str) -> Option<u32> {
        self.number(name).ok()
    }

    pub(super) fn amount(self, name: &str) -> Read<f64> {
        let amount = self.value(name).and_then(Value::as_f64);
        amount.ok_or_else(|| unreadable(name))
    }

    pub(super) fn is(self, name: &str) -> bool {
        self.value(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A time in milliseconds since the epoch.
    pub(super) fn time(self, name: &str) -> Read<f64> {
        let text = self.value(name).and_then(Value::as_str);
        let time = text.and_then(|text| milliseconds(text).ok());
        time.ok_or_else(|| unreadable(name))
    }

    /// The person in `NAME_id`, `NAME_login` and `NAME_name`.
    pub(super) fn user(self, name: &str) -> Read<User> {
        Ok(User {
            id: self.text(&format!("{name}_id"))?,
            login: self.text(&format!("{name}_login"))?,
            name: self.text(&format!("{name}_name"))?,
        })
    }

    pub(super) fn optional_user(self, name: &str) -> Option<User> {
        self.user(name).ok().filter(|user| !user.id.is_empty())
    }

    /// The login of the channel.
    pub(super) fn channel(self) -> Read<String> {
        // Charity alone has the shorter name.
        self.text("broadcaster_user_login")
            .or_else(|error| self.text("broadcaster_login").map_err(|_| error))
    }

    pub(super) fn optional_object(self, name: &str) -> Option<Fields<'a>> {
        self.value(name).and_then(Value::as_object).map(Fields)
    }

    pub(super) fn object(self, name: &str) -> Read<Fields<'a>> {
        self.optional_object(name).ok_or_else(|| unreadable(name))
    }

    /// The objects of a list; none if there is no list.
    pub(super) fn list(self, name: &str) -> impl Iterator<Item = Fields<'a>> {
        let list = self.value(name).and_then(Value::as_array);
        let values = list.into_iter().flatten();
        values.filter_map(Value::as_object).map(Fields)
    }

    /// A sum in the smallest unit of its currency, with the number of decimal places.
    pub(super) fn money(self, name: &str) -> Read<Money> {
        let money = self.object(name)?;
        let places = money
            .optional_number("decimal_places")
            .or_else(|| money.optional_number("decimal_place"))
            .unwrap_or(0);
        let places = i32::try_from(places.min(9)).unwrap_or(0);
        Ok(Money {
            value: money.amount("value")? / 10_f64.powi(places),
            currency: money.text("currency")?,
        })
    }
}

fn unreadable(name: &str) -> Unreadable {
    Unreadable(name.to_owned())
}
