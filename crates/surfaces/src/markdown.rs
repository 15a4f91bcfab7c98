use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address;
use crate::limits::Limits;

/// A text with a little formatting, as pages receive it: they build elements from it and never read
/// Markdown themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Markdown {
    /// One below the other.
    pub blocks: Vec<Block>,
}

/// A part of a [`Markdown`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Block {
    /// Running text.
    Paragraph {
        /// Its pieces.
        content: Vec<Inline>,
    },
    /// Entries with a bullet or a number.
    List {
        /// The number of the first; without one there are bullets.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<u32>,
        /// The entries, each of blocks.
        items: Vec<Vec<Block>>,
    },
}

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Inline {
    /// As it stands; never HTML.
    Text {
        /// The text.
        text: String,
    },
    /// Of one width.
    Code {
        /// The text.
        text: String,
    },
    /// Bold.
    Strong {
        /// What is bold.
        content: Vec<Inline>,
    },
    /// Italic.
    Emphasis {
        /// What is italic.
        content: Vec<Inline>,
    },
    /// A link.
    Link {
        /// An address that begins with `https://`.
        href: String,
        /// What is shown.
        content: Vec<Inline>,
    },
    /// The next line begins.
    Break,
}

/// How deep lists and formats stand in each other; what is deeper is shown without its own.
const MAX_DEPTH: usize = 8;

/// Blocks and pieces of one text; the rest is left out.
const MAX_PARTS: usize = 2_000;

impl Markdown {
    /// Reads a text. Every text is one: what has no meaning here (HTML, images, headings, links to other
    /// than `https:`) is shown as the text it holds. At most 2,000 parts, 8 deep.
    pub fn parse(text: &str) -> Self {
        let mut builder = Builder::default();
        for event in Parser::new(text) {
            if builder.parts >= MAX_PARTS {
                break;
            }
            builder.take(event);
        }
        builder.end()
    }
}

/// What is open while a text is read, outermost first.
#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    lists: Vec<List>,
    formats: Vec<Format>,
    content: Vec<Inline>,
    parts: usize,
}

struct List {
    start: Option<u32>,
    items: Vec<Vec<Block>>,
    /// Too deep: its entries go to the list around it.
    merged: bool,
}

struct Format {
    kind: FormatKind,
    /// What stands before it where it is.
    before: Vec<Inline>,
}

enum FormatKind {
    Strong,
    Emphasis,
    Link(String),
    /// Shown without a format of its own.
    Plain,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.finish(tag),
            Event::Code(text) => self.push(Inline::Code {
                text: text.into_string(),
            }),
            Event::HardBreak => self.push(Inline::Break),
            Event::SoftBreak => self.text(" "),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(start) => {
                self.end_paragraph();
                self.lists.push(List {
                    start: start.map(|start| u32::try_from(start).unwrap_or(u32::MAX)),
                    items: Vec::new(),
                    merged: self.lists.len() >= MAX_DEPTH,
                });
                self.parts += 1;
            }
            Tag::Item => {
                self.end_paragraph();
                if let Some(list) = self.open_list() {
                    list.items.push(Vec::new());
                }
                self.parts += 1;
            }
            Tag::Strong => self.open(FormatKind::Strong),
            Tag::Emphasis => self.open(FormatKind::Emphasis),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => self.open(link(link_type, &dest_url)),
            Tag::Image { .. } | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.open(FormatKind::Plain);
            }
            _ => self.end_paragraph(),
        }
    }

    fn finish(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::List(_) => {
                self.end_paragraph();
                self.end_list();
            }
            TagEnd::Strong
            | TagEnd::Emphasis
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => self.close(),
            _ => self.end_paragraph(),
        }
    }

    fn open(&mut self, kind: FormatKind) {
        let kind = if self.formats.len() < MAX_DEPTH {
            kind
        } else {
            FormatKind::Plain
        };
        let before = match kind {
            FormatKind::Plain => Vec::new(),
            _ => std::mem::take(&mut self.content),
        };
        self.formats.push(Format { kind, before });
    }

    fn close(&mut self) {
        let Some(Format { kind, before }) = self.formats.pop() else {
            return;
        };
        if matches!(kind, FormatKind::Plain) {
            return;
        }
        let content = std::mem::replace(&mut self.content, before);
        if content.is_empty() {
            return;
        }
        self.push(match kind {
            FormatKind::Strong => Inline::Strong { content },
            FormatKind::Emphasis => Inline::Emphasis { content },
            FormatKind::Link(href) => Inline::Link { href, content },
            FormatKind::Plain => return,
        });
    }

    fn text(&mut self, more: &str) {
        if let Some(Inline::Text { text }) = self.content.last_mut() {
            text.push_str(more);
        } else if !more.is_empty() {
            self.push(Inline::Text { text: more.into() });
        }
    }

    fn push(&mut self, inline: Inline) {
        self.parts += 1;
        self.content.push(inline);
    }

    fn end_paragraph(&mut self) {
        while !self.formats.is_empty() {
            self.close();
        }
        let mut content = std::mem::take(&mut self.content);
        if let Some(Inline::Text { text }) = content.last_mut() {
            text.truncate(text.trim_end().len());
            if text.is_empty() {
                content.pop();
            }
        }
        if !content.is_empty() {
            self.block(Block::Paragraph { content });
        }
    }

    fn end_list(&mut self) {
        if let Some(List {
            start,
            items,
            merged: false,
        }) = self.lists.pop()
        {
            self.block(Block::List { start, items });
        }
    }

    fn block(&mut self, block: Block) {
        self.parts += 1;
        match self.open_list().and_then(|list| list.items.last_mut()) {
            Some(item) => item.push(block),
            None => self.blocks.push(block),
        }
    }

    fn open_list(&mut self) -> Option<&mut List> {
        self.lists.iter_mut().rev().find(|list| !list.merged)
    }

    fn end(mut self) -> Markdown {
        self.end_paragraph();
        while !self.lists.is_empty() {
            self.end_list();
        }
        Markdown {
            blocks: self.blocks,
        }
    }
}

/// References are left out: many links to one long definition would make a small text large.
fn link(kind: LinkType, address: &str) -> FormatKind {
    match kind {
        LinkType::Inline | LinkType::Autolink => match address::https(address, &Limits::DEFAULT) {
            Some(url) => FormatKind::Link(url.into()),
            None => FormatKind::Plain,
        },
        _ => FormatKind::Plain,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn drawn(text: &str) -> Value {
        serde_json::to_value(Markdown::parse(text)).unwrap()
    }

    #[test]
    fn paragraphs_lists_and_formats_become_a_structure() {
        assert_eq!(
            drawn(
                "Hello **you *two***,\nhere is `code`.\n\n- one\n- [two](https://example.com/a)\n  1. deep\n\n3. three"
            ),
            json!({"blocks": [
                {"type": "paragraph", "content": [
                    {"type": "text", "text": "Hello "},
                    {"type": "strong", "content": [
                        {"type": "text", "text": "you "},
                        {"type": "emphasis", "content": [{"type": "text", "text": "two"}]},
                    ]},
                    {"type": "text", "text": ", here is "},
                    {"type": "code", "text": "code"},
                    {"type": "text", "text": "."},
                ]},
                {"type": "list", "items": [
                    [{"type": "paragraph", "content": [{"type": "text", "text": "one"}]}],
                    [
                        {"type": "paragraph", "content": [{
                            "type": "link",
                            "href": "https://example.com/a",
                            "content": [{"type": "text", "text": "two"}],
                        }]},
                        {"type": "list", "start": 1, "items": [
                            [{"type": "paragraph", "content": [{"type": "text", "text": "deep"}]}],
                        ]},
                    ],
                ]},
                {"type": "list", "start": 3, "items": [
                    [{"type": "paragraph", "content": [{"type": "text", "text": "three"}]}],
                ]},
            ]})
        );
    }

    #[test]
    fn html_is_only_text() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<!-- x -->",
        ] {
            let Some(Block::Paragraph { content }) = Markdown::parse(text).blocks.pop() else {
                panic!("{text}");
            };
            assert_eq!(content, [Inline::Text { text: text.into() }]);
        }
    }

    #[test]
    fn a_link_to_other_than_https_is_only_its_text() {
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "&#106;avascript:alert(1)",
            "data:text/html,x",
            "http://example.com",
            "//evil.com",
            "/local",
            "https:evil.com",
            "https://me@evil.com",
            "<https://evil.com\\@x>",
        ] {
            let drawn = drawn(&format!("[go]({address})"));
            assert_eq!(
                drawn["blocks"][0]["content"],
                json!([{"type": "text", "text": "go"}]),
                "{address}"
            );
        }
        let drawn = drawn("![see](https://example.com/a.png) [a][b]\n\n[b]: https://example.com");
        assert_eq!(
            drawn["blocks"][0]["content"],
            json!([{"type": "text", "text": "see a"}])
        );
    }

    #[test]
    fn headings_quotes_and_code_blocks_are_paragraphs() {
        let blocks =
            Markdown::parse("# Big\n> quoted\n\n```rust\nfn main() {}\n```\n***\nend").blocks;
        let texts = blocks.iter().map(|block| match block {
            Block::Paragraph { content } => match content.as_slice() {
                [Inline::Text { text }] => text.as_str(),
                other => panic!("{other:?}"),
            },
            Block::List { .. } => panic!("a list"),
        });
        assert_eq!(
            texts.collect::<Vec<_>>(),
            ["Big", "quoted", "fn main() {}", "end"]
        );
    }

    #[test]
    fn what_is_nested_too_deep_or_too_many_stays_small() {
        for text in [
            format!("{}a", "+ ".repeat(5_000)),
            format!("{}a", "1. ".repeat(100)),
            "*a ".repeat(5_000),
            "> ".repeat(8_000),
            format!("{}a{}", "**".repeat(4_000), "**".repeat(4_000)),
            "[".repeat(16_000),
            "a\n\n".repeat(5_000),
            "`a` ".repeat(4_000),
            "[a](https://example.com) ".repeat(600),
        ] {
            check(&Markdown::parse(&text));
        }
    }

    fn check(markdown: &Markdown) {
        let mut parts = 0;
        for block in &markdown.blocks {
            check_block(block, 1, &mut parts);
        }
        assert!(parts <= MAX_PARTS + 2 * MAX_DEPTH, "{parts}");
    }

    fn check_block(block: &Block, depth: usize, parts: &mut usize) {
        *parts += 1;
        match block {
            Block::Paragraph { content } => {
                assert!(!content.is_empty());
                check_inline(content, 1, parts);
            }
            Block::List { items, .. } => {
                assert!(depth <= MAX_DEPTH);
                for block in items.iter().flatten() {
                    check_block(block, depth + 1, parts);
                }
            }
        }
    }

    fn check_inline(content: &[Inline], depth: usize, parts: &mut usize) {
        for inline in content {
            *parts += 1;
            match inline {
                Inline::Text { .. } | Inline::Code { .. } | Inline::Break => {}
                Inline::Strong { content } | Inline::Emphasis { content } => {
                    assert!(depth <= MAX_DEPTH);
                    check_inline(content, depth + 1, parts);
                }
                Inline::Link { href, content } => {
                    assert!(depth <= MAX_DEPTH && href.starts_with("https://"));
                    check_inline(content, depth + 1, parts);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_drawn(text in "([-*`<>()\\[\\]#! \n1.a]|https://a.b|javascript:){0,200}") {
            let markdown = Markdown::parse(&text);
            check(&markdown);
            let json = serde_json::to_string(&markdown).unwrap();
            prop_assert_eq!(serde_json::from_str::<Markdown>(&json).unwrap(), markdown);
        }
    }
}
