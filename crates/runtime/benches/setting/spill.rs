use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use pato_bus::Spill;
use pato_events::Event;

/// A line of JSON for each event, in a file that ends with the process.
pub(super) struct FileSpill {
    writer: BufWriter<File>,
    reader: BufReader<File>,
    len: usize,
}

impl FileSpill {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            writer: BufWriter::new(File::create(path)?),
            reader: BufReader::new(File::open(path)?),
            len: 0,
        })
    }
}

impl Spill for FileSpill {
    fn push(&mut self, event: &Event) -> io::Result<()> {
        serde_json::to_writer(&mut self.writer, event)?;
        self.writer.write_all(b"\n")?;
        self.len += 1;
        Ok(())
    }

    fn pop(&mut self, at_most: usize) -> io::Result<Vec<Arc<Event>>> {
        self.writer.flush()?;
        let mut events = Vec::new();
        let mut line = String::new();
        while events.len() < at_most.min(self.len) {
            line.clear();
            self.reader.read_line(&mut line)?;
            events.push(Arc::new(serde_json::from_str(&line)?));
        }
        self.len -= events.len();
        Ok(events)
    }

    /// The file ends with the process: there is no next reader.
    fn put_back(&mut self, _: &[Arc<Event>]) -> io::Result<()> {
        Ok(())
    }

    fn len(&self) -> usize {
        self.len
    }
}
