//! From a corpus to groups of records, cut into parts.

use super::part::{Mark, PartFile};
use super::settings::{Settings, Shard};
use super::{BatchError, files::RunFolder};
use crate::read::{Draft, Drafts, Fingerprint, Position};
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes of text in a group: enough sentences for the encoder to run at full speed on those that the linear tier leaves it.
const GROUP_BYTES: usize = 64 << 10;
/// Records in a group, where they have no text.
const GROUP_RECORDS: usize = 512;
/// Records in a part, where they have little text: what was left out of a part is held in memory.
pub(super) const PART_RECORDS: u64 = 20_000;

/// What the threads get to do.
pub(super) enum Task {
    /// A part that is done already.
    Known(Box<PartFile>),
    /// Records of a part that is not.
    Group(Group),
}

/// Neighbouring records of one part.
pub(super) struct Group {
    pub part: u64,
    /// Where the part begins.
    pub start: Mark,
    /// Records with their numbers.
    pub drafts: Vec<(u64, Draft)>,
    /// Records that the sample passed over.
    pub not_sampled: u64,
    /// Where the part ends, if this is its last group.
    pub end: Option<Mark>,
    /// Bytes of files that have been read so far.
    pub bytes_read: u64,
}

/// Reads a corpus from where a run stands.
pub(super) struct Source<'a> {
    drafts: Drafts,
    folder: &'a RunFolder,
    settings: &'a Settings,
    /// Parts done before, ascending, as far as they have not been passed.
    done: std::iter::Peekable<std::vec::IntoIter<u64>>,
    /// Set to stop before the next part.
    stop: &'a AtomicBool,
    /// Where the next record stands.
    mark: Mark,
    /// The number of the part in hand or, between parts, of the next one.
    part: u64,
    open: Option<Open>,
    /// Whether there is no more.
    ended: bool,
}

/// The part in hand.
struct Open {
    start: Mark,
    bytes: u64,
}

impl<'a> Source<'a> {
    pub fn new(
        drafts: Drafts,
        folder: &'a RunFolder,
        settings: &'a Settings,
        done: Vec<u64>,
        stop: &'a AtomicBool,
    ) -> Self {
        let (mark, done) = (Mark::default(), done.into_iter().peekable());
        Self { drafts, folder, settings, done, stop, mark, part: 0, open: None, ended: false }
    }

    /// The next task; `None` at the end, or where the run was asked to stop.
    pub fn next(&mut self) -> Result<Option<Task>, BatchError> {
        loop {
            if self.open.is_some() {
                if let Some(group) = self.group() {
                    return Ok(Some(Task::Group(group)));
                }
            } else if self.ended || self.stop.load(Ordering::SeqCst) {
                return Ok(None);
            } else if let Some(known) = self.known()? {
                self.seek(known.end)?;
                self.part += 1;
                return Ok(Some(Task::Known(Box::new(known))));
            } else {
                self.open = Some(Open { start: self.mark, bytes: 0 });
            }
        }
    }

    /// Whether the end of the corpus has been reached.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The next part, if it is done.
    fn known(&mut self) -> Result<Option<PartFile>, BatchError> {
        while self.done.next_if(|&done| done < self.part).is_some() {}
        if self.done.next_if_eq(&self.part).is_none() {
            return Ok(None);
        }
        let known = PartFile::read(self.folder, self.part)?;
        // a part that begins elsewhere is of a corpus that has changed, or has been tampered with
        Ok(known.filter(|known| known.start == self.mark))
    }

    /// The next group of the part in hand. `None` if the part is another shard's and has been passed over, or nothing is left.
    fn group(&mut self) -> Option<Group> {
        let start = self.open.as_ref()?.start;
        let mine = self.settings.shard.is_none_or(|shard: Shard| shard.has(self.part));
        let (mut drafts, mut bytes, mut not_sampled) = (Vec::new(), 0, 0);
        let end = loop {
            let Some(draft) = self.draft() else {
                self.ended = true;
                break true;
            };
            let number = self.mark.number - 1;
            bytes += draft.bytes();
            let part_bytes = self.open.as_mut().map_or(0, |open| {
                open.bytes += draft.bytes() as u64;
                open.bytes
            });
            if mine && self.samples(&draft) {
                drafts.push((number, draft));
            } else {
                not_sampled += 1;
            }
            if part_bytes >= self.settings.part_bytes || self.mark.number - start.number >= PART_RECORDS {
                break true;
            }
            if bytes >= GROUP_BYTES || drafts.len() as u64 + not_sampled >= GROUP_RECORDS as u64 {
                break false;
            }
        };
        let part = self.part;
        let is_empty = self.mark.number == start.number;
        if end {
            self.open = None;
            self.part += 1;
        }
        let end = end.then_some(self.mark);
        let bytes_read = self.drafts.bytes_read();
        (mine && !is_empty).then_some(Group { part, start, drafts, not_sampled, end, bytes_read })
    }

    fn draft(&mut self) -> Option<Draft> {
        if self.settings.limit.is_some_and(|limit| self.mark.number >= limit) {
            return None;
        }
        let draft = self.drafts.next()?;
        self.pass(&draft);
        Some(draft)
    }

    /// Moves the mark behind a record.
    fn pass(&mut self, draft: &Draft) {
        let before = if draft.position.file == self.mark.position.file { self.mark.fingerprint } else { 0 };
        let position = Position { file: draft.position.file, draft: draft.position.draft + 1 };
        let fingerprint = hash([before, draft.fingerprint()]);
        self.mark = Mark { position, number: self.mark.number + 1, fingerprint };
    }

    /// Passes over all records before `to`. Those in its own file are read and compared with what was read before.
    fn seek(&mut self, to: Mark) -> Result<(), BatchError> {
        if to.position.file != self.mark.position.file {
            self.drafts.skip_to(Position { file: to.position.file, draft: 0 });
            self.mark = Mark { position: Position { file: to.position.file, draft: 0 }, number: 0, fingerprint: 0 };
        }
        while self.mark.position < to.position {
            match self.drafts.next() {
                Some(draft) if draft.position.file == to.position.file => self.pass(&draft),
                _ => return Err(BatchError::InputChanged("a file has fewer records than it had".to_owned())),
            }
            if self.mark.position == to.position && self.mark.fingerprint != to.fingerprint {
                return Err(BatchError::InputChanged("the records of a file are not those that they were".to_owned()));
            }
        }
        self.mark = to;
        Ok(())
    }

    /// Whether the sample has a record; the same for the same record at the same place in every run.
    fn samples(&self, draft: &Draft) -> bool {
        let Some(share) = self.settings.sample else { return true };
        let uniform = hash([draft.fingerprint(), 0x5a11_91e5]) >> 11;
        (uniform as f64) < share * (1u64 << 53) as f64
    }
}

fn hash(numbers: [u64; 2]) -> u64 {
    let mut fingerprint = Fingerprint::default();
    numbers.into_iter().for_each(|number| fingerprint.add_number(number));
    fingerprint.finish()
}
