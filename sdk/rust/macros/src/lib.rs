//! The attribute macro of the Pato SDK.

use std::path::Path;

use proc_macro::TokenStream;
use proc_macro2::{Ident, Span, TokenStream as Tokens};
use quote::{format_ident, quote};
use syn::{ImplItem, ItemImpl, LitStr, parse_macro_input};

/// Makes a component of an `impl Plugin for …` block.
///
/// The component exports the handlers for the methods that stand in the block, and no others. The
/// type must implement `Default`; it is made before the first call.
///
/// The manifest, `pato.toml` beside the plugin's `Cargo.toml`, is embedded in the component. Another
/// place is named by `#[plugin(manifest = "…")]`, relative to the folder of `Cargo.toml`.
#[proc_macro_attribute]
pub fn plugin(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut manifest = LitStr::new("pato.toml", Span::call_site());
    let parser = syn::meta::parser(|meta| {
        if !meta.path.is_ident("manifest") {
            return Err(meta.error("unknown argument; the only one is `manifest = \"pato.toml\"`"));
        }
        manifest = meta.value()?.parse()?;
        Ok(())
    });
    parse_macro_input!(attribute with parser);
    let implementation = parse_macro_input!(item as ItemImpl);

    let plugin = &implementation.self_ty;
    let exports = exports(&implementation);
    let manifest = embed(&manifest);
    quote! {
        #implementation

        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code, reason = "exports and sections have names that the linker sees")]
        const _: () = {
            #manifest
            type Exports = ::pato_sdk::__private::Exported<#plugin>;
            #(#exports)*
        };

        // In native builds, which only tests use, nothing else would use the plugin.
        #[cfg(not(target_family = "wasm"))]
        const _: fn() -> ::std::boxed::Box<dyn ::pato_sdk::Plugin> =
            || ::std::boxed::Box::new(<#plugin as ::core::default::Default>::default());
    }
    .into()
}

/// Which handler interface each method of `Plugin` belongs to.
const HANDLERS: &[(&str, &[&str])] = &[
    ("life_cycle", &["init", "shutdown"]),
    ("event_handler", &["event", "events", "lagged"]),
    ("command_handler", &["command"]),
    ("timer_handler", &["timer"]),
    ("websocket_handler", &["websocket"]),
    ("settings_handler", &["settings_changed"]),
    ("ui_handler", &["surface"]),
];

fn exports(implementation: &ItemImpl) -> Vec<Tokens> {
    let methods: Vec<&Ident> = implementation
        .items
        .iter()
        .filter_map(|item| match item {
            ImplItem::Fn(method) => Some(&method.sig.ident),
            _ => None,
        })
        .collect();
    HANDLERS
        .iter()
        .filter(|(_, names)| {
            names
                .iter()
                .any(|name| methods.iter().any(|method| *method == name))
        })
        .map(|(handler, _)| {
            let bindings = format_ident!("{handler}");
            let export = format_ident!("export_{handler}");
            quote! {
                ::pato_sdk::__private::#bindings::#export!(
                    Exports with_types_in ::pato_sdk::__private::#bindings
                );
            }
        })
        .collect()
}

/// A custom section with the manifest's text. It is looked for here, so that the error can say what
/// to do; native builds, such as those of tests, do without.
fn embed(manifest: &LitStr) -> Tokens {
    let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let path = Path::new(&folder).join(manifest.value());
    if !path.is_file() {
        let message = format!(
            "the plugin's manifest is not there: write {}, or name another with \
             `#[plugin(manifest = \"…\")]`; it says who the plugin is and what it may do",
            path.display()
        );
        return quote! { ::core::compile_error!(#message); };
    }
    let text = quote! {
        ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #manifest))
    };
    quote! {
        #[used]
        #[unsafe(link_section = "pato:manifest")]
        static MANIFEST: [u8; #text.len()] = *#text;
    }
}
