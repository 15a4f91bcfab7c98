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
/// place is named by `#[plugin(manifest = "…")]`, relative to the folder of `Cargo.toml`. The files of
/// the folder `assets` there, or of the one named by `#[plugin(assets = "…")]`, are embedded too: surfaces
/// name them as `asset:NAME`.
#[proc_macro_attribute]
pub fn plugin(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut manifest = LitStr::new("pato.toml", Span::call_site());
    let mut assets = LitStr::new("assets", Span::call_site());
    let parser = syn::meta::parser(|meta| {
        let argument = if meta.path.is_ident("manifest") {
            &mut manifest
        } else if meta.path.is_ident("assets") {
            &mut assets
        } else {
            return Err(meta.error(
                "unknown argument; there are `manifest = \"pato.toml\"` and `assets = \"assets\"`",
            ));
        };
        *argument = meta.value()?.parse()?;
        Ok(())
    });
    parse_macro_input!(attribute with parser);
    let implementation = parse_macro_input!(item as ItemImpl);

    let plugin = &implementation.self_ty;
    let exports = exports(&implementation);
    let manifest = embed(&manifest);
    let assets = embed_assets(&assets);
    quote! {
        #implementation

        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code, reason = "exports and sections have names that the linker sees")]
        const _: () = {
            #manifest
            #(#assets)*
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
    ("migration", &["migrate"]),
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

/// A custom section for each file of the folder; a folder that is not there has none.
fn embed_assets(folder: &LitStr) -> Vec<Tokens> {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let Ok(entries) = std::fs::read_dir(Path::new(&root).join(folder.value())) else {
        return Vec::new();
    };
    let files = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let is_file = entry.file_type().ok()?.is_file();
        is_file.then(|| entry.file_name().to_string_lossy().into_owned())
    });
    let mut names: Vec<String> = files.collect();
    names.sort();
    let section = |(number, name): (usize, &String)| {
        let path = format!("/{}/{name}", folder.value());
        let section = format!("pato:asset:{name}");
        let place = format_ident!("ASSET_{number}");
        let bytes = quote! {
            ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path))
        };
        quote! {
            #[used]
            #[unsafe(link_section = #section)]
            static #place: [u8; #bytes.len()] = *#bytes;
        }
    };
    names.iter().enumerate().map(section).collect()
}
