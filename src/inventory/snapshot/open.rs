//! Opening an inventory file, compressed or not: how far it may expand is ours to say.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use super::{SnapshotError, compressed, read};
use crate::inventory::Inventory;

/// How a compressed file begins.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A compressed file may always expand to this many bytes.
const EXPANDED: u64 = 64 << 20;
/// And beyond that to this many times its size. Inventories, with lines much like each other, stay
/// below 300.
const RATIO: u64 = 1000;

/// Reads an inventory file, compressed or not.
pub fn load(path: &Path) -> Result<Inventory, SnapshotError> {
    let io = |source| SnapshotError::Io {
        path: path.to_owned(),
        source,
    };
    let taken = Rc::new(Cell::new(0));
    let file = Counted {
        inner: File::open(path).map_err(io)?,
        taken: Rc::clone(&taken),
    };
    let mut file = BufReader::new(file);
    let start = file.fill_buf().map_err(io)?;
    if start.starts_with(&ZSTD) || (compressed(path) && !start.is_empty()) {
        let decoder = zstd::Decoder::with_buffer(file).map_err(io)?;
        let expanding = Expanding {
            inner: decoder,
            given: 0,
            taken,
        };
        read(BufReader::new(expanding), path)
    } else {
        read(file, path)
    }
}

/// Counts what is taken of a file.
struct Counted<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + count as u64);
        Ok(count)
    }
}

/// Ends with an error when what was taken expands to more than any inventory does.
struct Expanding<R> {
    inner: R,
    given: u64,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Expanding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.given += count as u64;
        if self.given > EXPANDED.max(self.taken.get().saturating_mul(RATIO)) {
            let problem = format!("expands to more than {RATIO} times its size");
            return Err(io::Error::other(problem));
        }
        Ok(count)
    }
}
