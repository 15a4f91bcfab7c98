use pato_sdk::prelude::*;

/// Fills the places of a reply.
pub(crate) fn fill(reply: &str, message: &ChatMessage, arguments: &str, count: u32) -> String {
    let filled = pato_sdk::fill(reply, |name| value(name, message, arguments, count));
    chat::harmless(&filled)
}

fn value(name: &str, message: &ChatMessage, arguments: &str, count: u32) -> Option<String> {
    Some(match name {
        "user" => message.user.name.clone(),
        "channel" => message.channel.clone(),
        "args" => arguments.to_owned(),
        "count" => count.to_string(),
        _ => {
            let number: usize = name
                .parse()
                .ok()
                .filter(|number| (1..=9).contains(number))?;
            let word = arguments.split_whitespace().nth(number - 1);
            word.unwrap_or_default().to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use pato_sdk::catalogue::TopicPayload;

    use super::*;

    fn filled(reply: &str, arguments: &str) -> String {
        fill(reply, &ChatMessage::example(), arguments, 7)
    }

    #[test]
    fn places_are_filled() {
        assert_eq!(
            filled("{user} hugs {args}!", "Ada and Bo"),
            "Ronni hugs Ada and Bo!"
        );
        assert_eq!(filled("{2} {1} {3}|", "a b"), "b a |");
        assert_eq!(filled("{count} in {channel}", ""), "7 in pato");
    }

    #[test]
    fn what_is_no_place_stays() {
        assert_eq!(filled("{", ""), "{");
        assert_eq!(
            filled("{nobody} {0} {10} {{user}}", "x"),
            "{nobody} {0} {10} {Ronni}"
        );
    }

    #[test]
    fn arguments_are_not_filled_again() {
        assert_eq!(filled("{args}", "{user} {count}"), "{user} {count}");
    }

    #[test]
    fn nobody_makes_the_reply_a_command_of_the_service() {
        assert_eq!(filled("{args}", "/ban ronni"), "ban ronni");
        assert_eq!(filled("{args}", " ./timeout ronni"), "timeout ronni");
        assert_eq!(filled("{args}", "a\r\nPRIVMSG #b :c"), "a  PRIVMSG #b :c");
    }
}
