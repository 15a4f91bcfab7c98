//! Where a lossless mailbox keeps what does not fit into memory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pato_bus::Spill;
use pato_events::Event;

/// The largest that such a file gets.
pub(crate) const MAX_BYTES: u64 = 64 << 20;

/// A file of events, one JSON line each, in the order they came.
///
/// It is emptied when the last one is taken. What is still in it when the host ends is there again at
/// the next start; an event taken shortly before a crash may come once more, never less than once.
pub(crate) struct FileSpill {
    path: PathBuf,
    max_bytes: u64,
    writer: File,
    reader: BufReader<File>,
    /// Where the next event to take begins.
    offset: u64,
    /// Where the file ends.
    end: u64,
    length: usize,
}

impl FileSpill {
    /// Opens the file, makes it if it is not there, and counts what an earlier run left in it.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub(crate) fn open(path: PathBuf, max_bytes: u64) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let writer = OpenOptions::new().create(true).append(true).open(&path)?;
        let mut reader = BufReader::new(File::open(&path)?);
        let mut length = 0;
        let mut end = 0;
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            if line.ends_with(b"\n") {
                length += 1;
                end += line.len() as u64;
            }
            line.clear();
        }
        // A line cut off by a crash was never acknowledged.
        writer.set_len(end)?;
        Ok(Self {
            path,
            max_bytes,
            writer,
            reader,
            offset: 0,
            end,
            length,
        })
    }

    fn empty(&mut self) -> io::Result<()> {
        self.writer.set_len(0)?;
        (self.offset, self.end, self.length) = (0, 0, 0);
        Ok(())
    }

    /// Writes the file anew: `first`, then what is in it and not taken.
    fn rewrite(&mut self, first: &[u8]) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(first)?;
        self.reader.seek(SeekFrom::Start(self.offset))?;
        let left = io::copy(&mut self.reader, &mut file)?;
        file.persist(&self.path)?;
        self.writer = OpenOptions::new().append(true).open(&self.path)?;
        self.reader = BufReader::new(File::open(&self.path)?);
        self.offset = 0;
        self.end = first.len() as u64 + left;
        Ok(())
    }

    /// Frees what was taken, if `more` bytes would not fit otherwise.
    fn make_room(&mut self, more: u64) -> io::Result<()> {
        if self.end - self.offset + more > self.max_bytes {
            let text = format!(
                "{} MiB of events wait for this plugin on disk, and no more are kept",
                self.max_bytes >> 20
            );
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, text));
        }
        if self.end + more > self.max_bytes {
            self.rewrite(&[])?;
        }
        Ok(())
    }
}

impl Spill for FileSpill {
    fn push(&mut self, event: &Event) -> io::Result<()> {
        let line = line(event)?;
        self.make_room(line.len() as u64)?;
        if let Err(error) = self.writer.write_all(&line) {
            // Half a line would spoil the next one.
            self.writer.set_len(self.end)?;
            return Err(error);
        }
        self.end += line.len() as u64;
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

    fn put_back(&mut self, events: &[Arc<Event>]) -> io::Result<()> {
        let mut first = Vec::new();
        for event in events {
            first.extend(line(event)?);
        }
        self.make_room(first.len() as u64)?;
        self.rewrite(&first)?;
        self.length += events.len();
        Ok(())
    }

    fn len(&self) -> usize {
        self.length
    }
}

fn line(event: &Event) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    Ok(line)
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
        let mut spill = FileSpill::open(folder.path().join("spill/a.jsonl"), MAX_BYTES).unwrap();
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
        let mut spill = FileSpill::open(path.clone(), MAX_BYTES).unwrap();
        spill.push(&event(1)).unwrap();
        spill.push(&event(2)).unwrap();
        spill.writer.write_all(b"{\"id\":\"3\"").unwrap();
        drop(spill);
        let mut spill = FileSpill::open(path, MAX_BYTES).unwrap();
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

    #[test]
    fn the_file_is_bounded_and_what_was_taken_makes_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let bytes = line(&event(10)).unwrap().len() as u64;
        let mut spill = FileSpill::open(path.clone(), 10 * bytes).unwrap();
        for number in 10..20 {
            spill.push(&event(number)).unwrap();
        }
        let error = spill.push(&event(20)).unwrap_err();
        assert!(error.to_string().contains("no more are kept"), "{error}");
        assert_eq!(spill.pop(4).unwrap().len(), 4);
        for number in 20..24 {
            spill.push(&event(number)).unwrap();
        }
        assert!(spill.push(&event(24)).is_err());
        assert!(fs::metadata(path).unwrap().len() <= 10 * bytes);
        let numbers: Vec<_> = spill
            .pop(99)
            .unwrap()
            .into_iter()
            .map(|event| event.id.to_string())
            .collect();
        let expected: Vec<_> = (14..24).map(|number| number.to_string()).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn what_is_put_back_is_first_in_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let mut spill = FileSpill::open(path.clone(), MAX_BYTES).unwrap();
        for number in 0..4 {
            spill.push(&event(number)).unwrap();
        }
        let taken = spill.pop(2).unwrap();
        spill.put_back(&taken).unwrap();
        assert_eq!(spill.len(), 4);
        spill.push(&event(4)).unwrap();
        drop(spill);
        let mut spill = FileSpill::open(path, MAX_BYTES).unwrap();
        let events = spill.pop(99).unwrap();
        assert!(
            events
                .iter()
                .enumerate()
                .all(|(number, found)| **found == event(number))
        );
        assert_eq!((events.len(), spill.len()), (5, 0));
    }
}
