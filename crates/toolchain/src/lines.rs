use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// The longest line that is handed on whole, in bytes; Cargo's messages are the longest known.
const MAX_LINE_BYTES: usize = 1 << 20;

/// Hands on every line of `source`, without its ending, until it ends. A line that is too long comes in
/// pieces; what is no UTF-8 is replaced.
pub(crate) async fn each_line(
    mut source: impl AsyncBufRead + Unpin,
    mut each: impl FnMut(&str),
) -> std::io::Result<()> {
    let mut line = Vec::new();
    loop {
        let chunk = source.fill_buf().await?;
        if chunk.is_empty() {
            break;
        }
        let room = MAX_LINE_BYTES.saturating_sub(line.len()).max(1);
        let chunk = chunk.get(..room).unwrap_or(chunk);
        let (piece, used, is_whole) = match chunk.iter().position(|byte| *byte == b'\n') {
            Some(end) => (chunk.get(..end).unwrap_or_default(), end + 1, true),
            None => (chunk, chunk.len(), false),
        };
        line.extend_from_slice(piece);
        source.consume(used);
        if is_whole || line.len() >= MAX_LINE_BYTES {
            hand_on(&mut line, &mut each);
        }
    }
    if !line.is_empty() {
        hand_on(&mut line, &mut each);
    }
    Ok(())
}

fn hand_on(line: &mut Vec<u8>, each: &mut impl FnMut(&str)) {
    let text = String::from_utf8_lossy(line);
    each(text.strip_suffix('\r').unwrap_or(&text));
    line.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(source: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        each_line(source, |line| lines.push(line.to_owned()))
            .await
            .unwrap();
        lines
    }

    #[tokio::test]
    async fn lines_come_without_their_endings_and_the_last_needs_none() {
        assert_eq!(lines(b"a\r\n\nb").await, ["a", "", "b"]);
        assert!(lines(b"").await.is_empty());
    }

    #[tokio::test]
    async fn a_line_without_end_comes_in_pieces_and_bytes_that_are_no_text_are_replaced() {
        let endless = lines(&vec![b'x'; 2 * MAX_LINE_BYTES + 5]).await;
        let lengths: Vec<_> = endless.iter().map(String::len).collect();
        assert_eq!(lengths, [MAX_LINE_BYTES, MAX_LINE_BYTES, 5]);
        assert_eq!(lines(b"\xff!\n").await, ["\u{fffd}!"]);
    }
}
