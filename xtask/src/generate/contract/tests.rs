use std::fs;

use super::*;

const CONTRACT: &str = "
package some:contract@1.2.3;

/// What the others share.
interface types {
    /// Why it was not done.
    variant error {
        /// It is not `granted`,
        /// or not a | b.
        denied(string),
        other,
    }
    flags kinds { %own, strange }
}

/// Keeps things. For a while.
///
/// Permission: `storage`, scoped by bytes. It lasts.
interface store {
    use types.{error};
    record pair { name: string, value: list<u8> }
    /// Puts it there.
    set: func(pair: pair, %list: option<tuple<u8, char>>) -> result<_, error>;
    all: func();
}

/// Called back.
interface handler {
    use types.{error};
    handle: func() -> result<string, error>;
}

world plugin {
    import store;
    export handler;
}
";

fn of(contract: &str) -> Result<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.wit"), contract).unwrap();
    page(folder.path())
}

#[test]
fn interfaces_are_listed_with_what_they_need_and_what_they_have() {
    let page = of(CONTRACT).unwrap();
    for line in [
        "The package is `some:contract@1.2.3`.",
        "| [store](#store) | Keeps things. | `storage`, scoped by bytes | [set](#store-set), [all](#store-all) |",
        "Types that they share: [types](#types).",
        "| [handler](#handler) | Called back. | [handle](#handler-handle) |",
        "Imports [types](#types), [store](#store).",
        "Exports [handler](#handler).",
    ] {
        assert!(page.lines().any(|one| one == line), "{line}\n{page}");
    }
}

#[test]
fn functions_and_types_are_shown_as_they_are_declared_with_what_is_said_of_them() {
    let page = of(CONTRACT).unwrap();
    for part in [
        "<a id=\"store-set\"></a>\n\n### set\n\n```wit\n\
         set: func(pair: pair, %list: option<tuple<u8, char>>) -> result<_, error>;\n```\n\nPuts it there.\n",
        "all: func();",
        "handle: func() -> result<string, error>;",
        "record pair {\n    name: string,\n    value: list<u8>,\n}",
        "flags kinds {\n    %own,\n    strange,\n}",
        "variant error {\n    denied(string),\n    other,\n}",
        "| `denied` | It is not `granted`, or not a \\| b. |",
        "Uses [error](#types-error).",
        "**Permission:** `storage`",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    // What is used is told of once, where it is defined.
    assert_eq!(page.matches("<a id=\"types-error\">").count(), 1);
    assert!(!page.contains("<a id=\"store-error\">"));
}

#[test]
fn a_capability_without_a_permission_and_an_interface_in_no_world_are_refused() {
    let mute = CONTRACT.replace("Permission:", "It needs");
    let error = format!("{:#}", of(&mute).unwrap_err());
    assert!(
        error.contains("`store`") && error.contains("Permission: …"),
        "{error}"
    );
    let forgotten = CONTRACT.replace("    export handler;\n", "");
    let error = format!("{:#}", of(&forgotten).unwrap_err());
    assert!(
        error.contains("`handler`") && error.contains("in no world"),
        "{error}"
    );
}
