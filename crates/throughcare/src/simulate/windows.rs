//! Windows of time: what is recorded in one waits until everybody who could add to it has been made.

use super::record::Record;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Bytes that wait in memory, over all windows; more go to files.
const IN_MEMORY: usize = 128 * 1024 * 1024;
/// Events that one window should hold: it is put in order in memory, at about 1 KB an event. Small, because the last
/// ones wait until everybody is made, and are recorded while nothing is left to make.
const EVENTS: u64 = 10_000;
/// Most windows, each of which may have a file.
const MOST: u64 = 1_024;

/// A window in order.
pub struct Ready {
    bytes: Vec<u8>,
    /// Where each record begins, in order.
    order: Vec<usize>,
}

impl Ready {
    /// Puts records in order.
    pub fn new(bytes: Vec<u8>) -> Self {
        let mut records = Vec::new();
        let mut rest = bytes.as_slice();
        let mut at = 0;
        while let Some(record) = Record::read(&mut rest) {
            records.push((record.recorded_at, record.person, record.step, at));
            at = bytes.len() - rest.len();
        }
        records.sort_unstable();
        let order = records.into_iter().map(|(_, _, _, at)| at).collect();
        Self { bytes, order }
    }

    /// The records, in order.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.order
            .iter()
            .filter_map(|at| Record::read(&mut self.bytes.get(*at..)?))
    }
}

/// The windows that are not ready yet.
pub struct Windows {
    shape: Shape,
    folder: PathBuf,
    waiting: Vec<Waiting>,
    /// The first that is not ready.
    next: usize,
    /// Bytes that one window keeps in memory.
    most: usize,
}

/// Which instant belongs to which window.
#[derive(Clone, Copy)]
pub struct Shape {
    from: i64,
    width: i64,
    count: usize,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    laid_aside: bool,
}

impl Shape {
    /// Cuts the time between two instants, in microseconds, for about so many events.
    pub fn new(from: i64, until: i64, events: u64) -> Self {
        let count = (events / EVENTS).clamp(8, MOST);
        let width = ((until - from) / i64::try_from(count).unwrap_or(i64::MAX)).max(1);
        Self {
            from,
            width,
            count: usize::try_from(count).unwrap_or(1),
        }
    }

    /// The window of an instant. The last one has no end.
    pub fn window(&self, recorded_at: i64) -> usize {
        let window = (recorded_at - self.from).max(0) / self.width;
        usize::try_from(window).map_or(self.count - 1, |window| window.min(self.count - 1))
    }

    fn end(&self, window: usize) -> i64 {
        let windows = i64::try_from(window + 1).unwrap_or(i64::MAX);
        self.from.saturating_add(self.width.saturating_mul(windows))
    }
}

impl Windows {
    /// Makes them, and an empty folder for what does not fit into memory.
    pub fn new(shape: Shape, folder: &Path) -> io::Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let most = (IN_MEMORY / shape.count).max(64 * 1024);
        let waiting = (0..shape.count).map(|_| Waiting::default()).collect();
        Ok(Self {
            shape,
            folder: folder.to_owned(),
            waiting,
            next: 0,
            most,
        })
    }

    /// Adds records to a window that is not ready.
    pub fn add(&mut self, window: usize, records: &[u8]) -> io::Result<()> {
        debug_assert!(window >= self.next, "nobody adds to a window that was ready");
        let file = self.file(window);
        let waiting = &mut self.waiting[window];
        waiting.bytes.extend_from_slice(records);
        if waiting.bytes.len() > self.most {
            File::options()
                .create(true)
                .append(true)
                .open(file)?
                .write_all(&waiting.bytes)?;
            waiting.bytes.clear();
            waiting.laid_aside = true;
        }
        Ok(())
    }

    /// The next window, once nothing more is recorded before an instant; `None` for an instant: nothing more at all.
    pub fn ready(&mut self, nothing_before: Option<i64>) -> io::Result<Option<Ready>> {
        let last = self.next + 1 >= self.shape.count;
        let over = self.next >= self.shape.count;
        if over || nothing_before.is_some_and(|instant| last || self.shape.end(self.next) > instant) {
            return Ok(None);
        }
        let mut waiting = std::mem::take(&mut self.waiting[self.next]);
        if waiting.laid_aside {
            let file = self.file(self.next);
            File::open(&file)?.read_to_end(&mut waiting.bytes)?;
            fs::remove_file(file)?;
        }
        self.next += 1;
        Ok(Some(Ready::new(waiting.bytes)))
    }

    fn file(&self, window: usize) -> PathBuf {
        self.folder.join(format!("window-{window:04}"))
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder); // the next run empties it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(recorded_at: i64, person: u32) -> Vec<u8> {
        let record = Record {
            recorded_at,
            person,
            step: 0,
            events: 1,
            sealed: None,
        };
        let mut bytes = Vec::new();
        record.write(&mut bytes, |to| to.extend_from_slice(&[7; 100]));
        bytes
    }

    #[test]
    fn windows_give_everything_back_in_order_and_not_too_early() {
        let folder = tempfile::tempdir().unwrap();
        let shape = Shape::new(0, 800, 1);
        assert_eq!(
            (
                shape.count,
                shape.window(99),
                shape.window(100),
                shape.window(9_999)
            ),
            (8, 0, 1, 7)
        );
        let mut windows = Windows::new(shape, &folder.path().join("aside")).unwrap();
        windows.most = 300; // so that some of it is laid aside
        for number in (0..800).rev() {
            let at = i64::from(number);
            windows.add(shape.window(at), &record(at, number)).unwrap();
        }
        assert!(
            windows.ready(Some(99)).unwrap().is_none(),
            "somebody may still be recorded at 99"
        );
        let mut read = Vec::new();
        let first = windows.ready(Some(100)).unwrap().unwrap();
        read.extend(first.records().map(|record| record.person));
        assert!(windows.ready(Some(100)).unwrap().is_none());
        assert!(fs::read_dir(folder.path().join("aside")).unwrap().count() > 0);
        while let Some(ready) = windows.ready(None).unwrap() {
            read.extend(ready.records().map(|record| record.person));
        }
        assert_eq!(read, (0..800).collect::<Vec<_>>());
        drop(windows);
        assert!(!folder.path().join("aside").exists());
    }
}
