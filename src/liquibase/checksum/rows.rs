//! Files of rows as the checksum has them: without comments, empty lines and the last line break.

/// Bytes that are given one by one. What is a comment, and whether a line break is the last, is decided as Liquibase does:
/// where a comment or an empty line stands before the end, not always as one would think.
pub struct Rows<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Where a look ahead began: one inside another forgets that of the outer one.
    mark: usize,
    /// What was given last.
    last: Option<u8>,
    comment: Option<u8>,
}

/// More empty lines after each other than Liquibase can read.
#[derive(Debug)]
pub struct TooManyLines;

const DEEPEST: usize = 1000;

impl<'b> Rows<'b> {
    /// The bytes, and the one that comments begin with.
    pub fn new(bytes: &'b [u8], comment: Option<u8>) -> Rows<'b> {
        Rows {
            bytes,
            at: 0,
            mark: 0,
            last: None,
            comment,
        }
    }

    pub fn read_all(mut self) -> Result<Vec<u8>, TooManyLines> {
        let mut kept = Vec::with_capacity(self.bytes.len());
        while let Some(byte) = self.next(self.last, false, DEEPEST)? {
            kept.push(byte);
        }
        Ok(kept)
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn next(&mut self, last: Option<u8>, is_ahead: bool, depth: usize) -> Result<Option<u8>, TooManyLines> {
        let (mut last, mut is_ahead) = (last, is_ahead);
        loop {
            let mut byte = self.byte();
            if byte.is_some() && byte == self.comment && matches!(last, None | Some(b'\n')) {
                byte = self.byte();
                while !matches!(byte, None | Some(b'\n' | b'\r' | 0)) {
                    byte = self.byte();
                }
            }
            let is_skipped = byte == Some(b'\r') || (byte == Some(b'\n') && matches!(last, None | Some(b'\n')));
            if is_skipped {
                (last, is_ahead) = (self.last, false);
                continue;
            }
            if byte == Some(b'\n') {
                self.mark = self.at;
                let deeper = depth.checked_sub(1).ok_or(TooManyLines)?;
                if self.next(Some(b'\n'), true, deeper)?.is_none() {
                    return Ok(None);
                }
                self.at = self.mark;
            }
            if byte.is_some() && !is_ahead {
                self.last = byte;
            }
            return Ok(byte);
        }
    }
}
