//! The first line is a table of nodes, the second its values, the third what a page does.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use pato_surfaces::{
    Act, Block, Drawing, Inline, Kind, Limits, Markdown, Node, Source, Surface, SurfaceError,
};
use serde_json::Value;

fuzz_target!(|text: &str| {
    check_blocks(&Markdown::parse(text).blocks);
    let mut lines = text.splitn(3, '\n');
    let Some(Ok(nodes)) = lines.next().map(serde_json::from_str::<Vec<Node>>) else {
        return;
    };
    let mut surface = Surface::new(Limits::DEFAULT);
    if let Err(error) = surface.show(nodes.clone(), &granted) {
        assert!(!error.to_string().is_empty());
        return;
    }
    check_drawing(&surface.drawing());
    let values = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok());
    let values: BTreeMap<String, Value> = values.unwrap_or_default();
    for (name, value) in &values {
        if let Value::Array(items) = value {
            let _ = surface.append(name, items.clone());
        }
    }
    let before = surface.drawing();
    if surface.set(values.into_iter().collect(), &granted).is_err() {
        assert_eq!(surface.drawing(), before);
    }
    check_drawing(&surface.drawing());
    surface
        .show(nodes.clone(), &granted)
        .expect("what is shown can be shown again");
    let act = lines.next().map(serde_json::from_str::<Act>);
    if let Some(Ok(act)) = act {
        for node in &nodes {
            let refused = surface.check_act(&node.id, &act).err();
            let is_there = !matches!(refused, Some(SurfaceError::NoSuchNode { .. }));
            assert_eq!(is_there, !node.id.is_empty());
        }
    }
});

fn granted(host: &str, _: u16) -> bool {
    host == "example.com"
}

/// What a page relies on without looking.
fn check_drawing(drawing: &Drawing) {
    for (index, node) in drawing.nodes.iter().enumerate() {
        let parent = node.parent.map(|parent| parent as usize);
        assert!(parent.map_or(index == 0, |parent| parent < index));
        let value = match &node.value {
            Source::None => None,
            Source::Constant(value) => Some(value),
            Source::Bound(name) => drawing.values.get(name),
        };
        let Some(value) = value.filter(|value| !value.is_null()) else {
            continue;
        };
        match node.kind {
            Kind::Image { .. } => {
                let address = value.as_str().expect("an image shows a string");
                let known = ["asset:", "https://"];
                assert!(known.into_iter().any(|start| address.starts_with(start)));
            }
            Kind::Markdown => {
                let markdown = serde_json::from_value::<Markdown>(value.clone());
                check_blocks(&markdown.expect("pages receive a structure").blocks);
            }
            _ => {}
        }
    }
}

fn check_blocks(blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Paragraph { content } => check_content(content),
            Block::List { items, .. } => items.iter().for_each(|item| check_blocks(item)),
        }
    }
}

fn check_content(content: &[Inline]) {
    for inline in content {
        match inline {
            Inline::Link { href, content } => {
                assert!(href.starts_with("https://"));
                check_content(content);
            }
            Inline::Strong { content } | Inline::Emphasis { content } => check_content(content),
            Inline::Text { .. } | Inline::Code { .. } | Inline::Break => {}
        }
    }
}
