use crate::alert::Alert;

/// Fills the places of a text.
pub(crate) fn fill(template: &str, alert: &Alert, anonymous: &str) -> String {
    pato_sdk::fill(template, |name| value(name, alert, anonymous))
}

fn value(name: &str, alert: &Alert, anonymous: &str) -> Option<String> {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let value = match name {
        "user" => Some(match &alert.user {
            Some(user) => user.name.clone(),
            None => anonymous.to_owned(),
        }),
        "amount" => alert.amount.map(amount),
        "unit" => alert.unit.clone(),
        "months" => number(alert.months),
        "streak" => number(alert.streak),
        "tier" => alert.tier.clone(),
        "reward" => alert.reward.clone(),
        "message" => alert.message.clone(),
        "channel" => Some(alert.channel.clone()),
        "recipients" => Some(recipients(alert)),
        _ => return None,
    };
    Some(value.unwrap_or_default())
}

/// A whole number as one, money with its cents.
fn amount(amount: f64) -> String {
    match amount.fract().abs() < f64::EPSILON {
        true => format!("{amount:.0}"),
        false => format!("{amount:.2}"),
    }
}

/// Who received gifts: as many as are known, and how many more there are.
fn recipients(alert: &Alert) -> String {
    let known = u32::try_from(alert.recipients.len()).unwrap_or(u32::MAX);
    let more = alert.gifts().saturating_sub(known);
    let names = alert.recipients.join(", ");
    match (known, more) {
        (0, 0 | 1) => "someone".into(),
        (0, more) => format!("{more} people"),
        (_, 0) => names,
        (_, more) => format!("{names} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use pato_sdk::catalogue::chat::User;

    use super::*;
    use crate::alert::Kind;

    fn alert() -> Alert {
        Alert {
            user: Some(User::example()),
            amount: Some(20.0),
            message: Some("{user} {amount}".into()),
            ..Alert::of(Kind::Gift)
        }
    }

    #[test]
    fn places_are_filled_and_what_is_no_place_stays() {
        let filled = |text| fill(text, &alert(), "Someone");
        assert_eq!(filled("{user}: {amount}"), "Ronni: 20");
        assert_eq!(filled("{ {nobody} {"), "{ {nobody} {");
        assert_eq!(filled("[{tier}]"), "[]");
    }

    #[test]
    fn what_people_wrote_is_not_filled_again() {
        assert_eq!(fill("{message}", &alert(), ""), "{user} {amount}");
    }

    #[test]
    fn money_has_cents_and_bits_have_none() {
        assert_eq!(amount(12.5), "12.50");
        assert_eq!(amount(12.0), "12");
    }

    #[test]
    fn who_received_is_named_as_far_as_it_is_known() {
        let mut alert = alert();
        assert_eq!(recipients(&alert), "20 people");
        alert.recipients = vec!["Ada".into(), "Bo".into()];
        assert_eq!(recipients(&alert), "Ada, Bo and 18 more");
        alert.amount = Some(2.0);
        assert_eq!(recipients(&alert), "Ada, Bo");
        alert.user = None;
        assert_eq!(fill("{user}", &alert, "Someone"), "Someone");
    }
}
