//! Where a lossless mailbox keeps what does not fit into memory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use pato_bus::Spill;
use pato_events::Event;

/// A file of events, one JSON line each, in the order they came.
///
/// It is emptied when the last one is taken. What is still in it when the host ends is there again at
/// the next start; an event taken shortly before a crash may come once more, never less than once.
pub(crate) struct FileSpill {
    path: PathBuf,
    writer: File,
    reader: BufReader<File>,
    /// Where the next event to take begins.
    offset: u64,
    length: usize,
}

impl FileSpill {
    /// Opens the file, makes it if it is not there, and counts what an earlier run left in it.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let writer = OpenOptions::new().create(true).append(true).open(&path)?;
        let mut reader = BufReader::new(File::open(&path)?);
        let mut length = 0;
        let mut complete = 0;
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            if line.ends_with(b"\n") {
                length += 1;
                complete += line.len() as u64;
            }
            line.clear();
        }
        // A line cut off by a crash was never acknowledged.
        writer.set_len(complete)?;
        reader.seek(SeekFrom::Start(0))?;
        Ok(Self {
            path,
            writer,
            reader,
            offset: 0,
            length,
        })
    }

    fn empty(&mut self) -> io::Result<()> {
        self.writer.set_len(0)?;
        self.reader.seek(SeekFrom::Start(0))?;
        self.offset = 0;
        self.length = 0;
        Ok(())
    }
}

impl Spill for FileSpill {
    fn push(&mut self, event: &Event) -> io::Result<()> {
        let end = self.writer.seek(SeekFrom::End(0))?;
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        if let Err(error) = self.writer.write_all(&line) {
            // Half a line would spoil the next one.
            self.writer.set_len(end)?;
            return Err(error);
        }
        self.length += 1;
        Ok(())
    }

    fn pop(&mut self, at_most: usize) -> io::Result<Vec<Arc<Event>>> {
        let mut events = Vec::with_capacity(at_most.min(self.length));
        // What the reader has buffered may end where the file did when it was filled.
        self.reader.seek(SeekFrom::Start(self.offset))?;
        let mut line = Vec::new();
        while events.len() < at_most && self.length > 0 {
            line.clear();
            let read = self.reader.read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            self.offset += read as u64;
            self.length -= 1;
            match serde_json::from_slice(&line) {
                Ok(event) => events.push(Arc::new(event)),
                Err(error) => tracing::error!(
                    path = %self.path.display(),
                    %error,
                    "an event that had been spilled to disk could not be read and is lost"
                ),
            }
        }
        if self.length == 0 {
            self.empty()?;
        }
        Ok(events)
    }

    fn len(&self) -> usize {
        self.length
    }
}

#[cfg(test)]
mod tests {
    use pato_events::{EventId, Flags, Payload, Topic};

    use super::*;

    fn event(number: usize) -> Event {
        Event {
            id: EventId::new(number.to_string()),
            topic: Topic::new("test.event").unwrap(),
            source: "test".into(),
            account: None,
            time: 0.5,
            cause: None,
            depth: 3,
            flags: Flags {
                simulated: true,
                ..Flags::default()
            },
            stateful: false,
            data: Payload::parse(&format!("{{\"line\\nbreak\": {number}}}")).unwrap(),
        }
    }

    #[test]
    fn events_come_back_whole_and_in_order_while_others_are_added() {
        let folder = tempfile::tempdir().unwrap();
        let mut spill = FileSpill::open(folder.path().join("spill/a.jsonl")).unwrap();
        let mut expected = 0;
        for number in 0..1_000 {
            spill.push(&event(number)).unwrap();
            if number % 3 == 0 {
                for popped in spill.pop(2).unwrap() {
                    assert_eq!(*popped, event(expected));
                    expected += 1;
                }
            }
        }
        while spill.len() > 0 {
            for popped in spill.pop(64).unwrap() {
                assert_eq!(*popped, event(expected));
                expected += 1;
            }
        }
        assert_eq!(expected, 1_000);
        assert_eq!(
            fs::metadata(folder.path().join("spill/a.jsonl"))
                .unwrap()
                .len(),
            0
        );
    }

    #[test]
    fn what_an_earlier_run_left_is_there_again_without_the_line_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let mut spill = FileSpill::open(path.clone()).unwrap();
        spill.push(&event(1)).unwrap();
        spill.push(&event(2)).unwrap();
        spill.writer.write_all(b"{\"id\":\"3\"").unwrap();
        drop(spill);
        let mut spill = FileSpill::open(path).unwrap();
        assert_eq!(spill.len(), 2);
        spill.push(&event(4)).unwrap();
        let ids: Vec<_> = spill
            .pop(9)
            .unwrap()
            .iter()
            .map(|event| event.id.to_string())
            .collect();
        assert_eq!(ids, ["1", "2", "4"]);
    }
}
