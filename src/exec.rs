//! The one place that starts threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};

/// Calls `task` for `0..n` on `threads` threads and returns the results in order, so that the number of threads never
/// shows in them. With one thread (or one task) everything runs on the caller's. A panic of a task is passed on.
pub fn map_in_order<T: Send>(threads: usize, n: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    map_with(&mut vec![(); threads.max(1)], n, |(), i| task(i))
}

/// As [`map_in_order`], with a thread for each of `states`, which are kept between calls: buffers, which never show in the
/// results.
///
/// # Panics
/// If there are tasks, but no state.
pub fn map_with<S: Send, T: Send>(states: &mut [S], n: usize, task: impl Fn(&mut S, usize) -> T + Sync) -> Vec<T> {
    let workers = states.len().min(n);
    if workers <= 1 {
        return (0..n).map(|i| task(&mut states[0], i)).collect();
    }
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let mut results: Vec<(usize, T)> = std::thread::scope(|scope| {
        for state in states.iter_mut().take(workers) {
            let (send, next, task) = (send.clone(), &next, &task);
            scope.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n || send.send((i, task(state, i))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        receive.into_iter().collect()
    });
    results.sort_unstable_by_key(|&(i, _)| i);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The stages of a stream of tasks. `pull`, `decide` and `put` see all tasks one after another, in the order of `pull`;
/// `prepare` and `work` run on all threads at once. So the number of threads never shows in what is put.
pub struct Stages<Pull, Prepare, Decide, Work, Put> {
    /// The next task, or `None` at the end.
    pub pull: Pull,
    /// What can be done without knowing of other tasks.
    pub prepare: Prepare,
    /// What depends on the tasks before. Other tasks wait for it: keep it short.
    pub decide: Decide,
    /// What is left to be done: the bulk.
    pub work: Work,
    /// Takes the result. Other tasks wait for it.
    pub put: Put,
}

/// Runs a stream of tasks on one thread for each of `states`, on the caller's alone if there is one. No thread is idle while
/// tasks are left, and at most three tasks a thread are in memory.
///
/// # Errors
/// The first of `pull` or `put`; what was pulled before and is not yet put is dropped then.
///
/// # Panics
/// A panic of a stage is passed on. Without a state nothing is done.
pub fn stream<S: Send, A: Send, B: Send, C: Send, D: Send, E: Send>(
    states: &mut [S],
    stages: Stages<
        impl FnMut() -> Result<Option<A>, E> + Send,
        impl Fn(A) -> B + Sync,
        impl FnMut(B) -> C + Send,
        impl Fn(&mut S, C) -> D + Sync,
        impl FnMut(D) -> Result<(), E> + Send,
    >,
) -> Result<(), E> {
    let Stages { mut pull, prepare, mut decide, work, mut put } = stages;
    if let [state] = states {
        while let Some(task) = pull()? {
            put(work(state, decide(prepare(task))))?;
        }
        return Ok(());
    }
    let most_waiting = 2 * states.len();
    let stopped = AtomicBool::new(false);
    let (pull, decide, put) = (Turns::new(pull, &stopped), Turns::new(decide, &stopped), Turns::new(put, &stopped));
    let error: Mutex<Option<E>> = Mutex::new(None);
    let fail = |e: E| {
        lock(&error).get_or_insert(e);
        stopped.store(true, Ordering::SeqCst);
    };
    let results: Mutex<BTreeMap<u64, D>> = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for state in states.iter_mut() {
            scope.spawn(|| {
                let state = state;
                // whoever waits for a turn of a thread that has panicked must not wait forever
                let _wake = OnExit(|panicking| {
                    if panicking {
                        stopped.store(true, Ordering::SeqCst);
                    }
                    decide.wake();
                    put.wake();
                });
                while let Some((turn, pulled)) = pull.take(|pull| pull()) {
                    let task = match pulled {
                        Ok(Some(task)) => task,
                        Ok(None) => break,
                        Err(e) => return fail(e),
                    };
                    let prepared = prepare(task);
                    let Some(decided) = decide.at(turn, |decide| decide(prepared)) else { return };
                    let result = work(state, decided);
                    lock(&results).insert(turn, result);
                    let all_put = put.drain(|turn, put| {
                        let result = lock(&results).remove(&turn)?;
                        Some(put(result).map_err(&fail).is_ok())
                    });
                    if !all_put || !put.until_near(turn, most_waiting) {
                        return;
                    }
                }
            });
        }
    });
    error.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// Something that tasks use one after another.
struct Turns<'a, T> {
    /// Whose turn it is, and the thing.
    next: Mutex<(u64, T)>,
    changed: Condvar,
    stopped: &'a AtomicBool,
}

impl<'a, T> Turns<'a, T> {
    fn new(thing: T, stopped: &'a AtomicBool) -> Self {
        Self { next: Mutex::new((0, thing)), changed: Condvar::new(), stopped }
    }

    /// Takes the next turn, whoever asks. `None` once all is stopped.
    fn take<R>(&self, with: impl FnOnce(&mut T) -> R) -> Option<(u64, R)> {
        let mut next = lock(&self.next);
        if self.stopped.load(Ordering::SeqCst) {
            return None;
        }
        let result = with(&mut next.1);
        next.0 += 1;
        Some((next.0 - 1, result))
    }

    /// Waits for a turn and takes it. `None` once all is stopped.
    fn at<R>(&self, turn: u64, with: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut next = self.wait(lock(&self.next), |next| next == turn)?;
        let result = with(&mut next.1);
        next.0 += 1;
        self.changed.notify_all();
        Some(result)
    }

    /// Takes turn after turn, as long as `with` has something for it; false once `with` or anything else has stopped all.
    fn drain(&self, mut with: impl FnMut(u64, &mut T) -> Option<bool>) -> bool {
        let mut next = lock(&self.next);
        loop {
            if self.stopped.load(Ordering::SeqCst) {
                return false;
            }
            let (turn, thing) = &mut *next;
            match with(*turn, thing) {
                Some(true) => *turn += 1,
                Some(false) => return false,
                None => break,
            }
        }
        self.changed.notify_all();
        true
    }

    /// Waits until at most `most` turns are left before `turn`; false once all is stopped.
    fn until_near(&self, turn: u64, most: usize) -> bool {
        self.wait(lock(&self.next), |next| next + most as u64 > turn).is_some()
    }

    fn wait<'g>(
        &'g self,
        next: MutexGuard<'g, (u64, T)>,
        ready: impl Fn(u64) -> bool,
    ) -> Option<MutexGuard<'g, (u64, T)>> {
        let waits = |next: &mut (u64, T)| !ready(next.0) && !self.stopped.load(Ordering::SeqCst);
        let next = self.changed.wait_while(next, waits).unwrap_or_else(PoisonError::into_inner);
        (!self.stopped.load(Ordering::SeqCst)).then_some(next)
    }

    fn wake(&self) {
        // taking the lock makes sure that nobody is between looking and waiting
        drop(lock(&self.next));
        self.changed.notify_all();
    }
}

/// Calls a function at the end of a scope, with whether that is a panic.
struct OnExit<F: FnMut(bool)>(F);

impl<F: FnMut(bool)> Drop for OnExit<F> {
    fn drop(&mut self) {
        (self.0)(std::thread::panicking());
    }
}

/// A panic while a lock is held is passed on by the scope of the threads; until then nobody needs to know.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads this machine runs at once; 1 where that can't be told.
pub fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        for threads in [0, 1, 2, 7] {
            let squares = map_in_order(threads, 50, |i| i * i);
            assert_eq!(squares, (0..50).map(|i| i * i).collect::<Vec<_>>(), "{threads} threads");
        }
        assert!(map_in_order(4, 0, |i| i).is_empty());
    }

    /// Squares of `0..n` plus how many came before, with tasks of uneven length; fails at `fail` on one side.
    fn run(threads: usize, n: u64, fail_pull: Option<u64>, fail_put: Option<u64>) -> (Vec<u64>, Result<(), String>) {
        let (mut next, mut before, mut got) = (0, 0, Vec::new());
        let stages = Stages {
            pull: || {
                next += 1;
                match fail_pull == Some(next - 1) {
                    true => Err(format!("pull {}", next - 1)),
                    false => Ok((next <= n).then_some(next - 1)),
                }
            },
            prepare: |i: u64| (i, i * i),
            decide: |(i, square)| {
                assert_eq!(i, before);
                before += 1;
                (i, square + before)
            },
            work: |worked: &mut u64, (i, value)| {
                *worked += 1;
                std::thread::sleep(std::time::Duration::from_micros(i * 7919 % 300));
                (i, value)
            },
            put: |(i, value)| {
                got.push(value);
                if fail_put == Some(i) { Err(format!("put {i}")) } else { Ok(()) }
            },
        };
        let mut states = vec![0; threads];
        let result = stream(&mut states, stages);
        (got, result)
    }

    #[test]
    fn a_stream_keeps_its_order() {
        let expected: Vec<u64> = (0..300).map(|i| i * i + i + 1).collect();
        for threads in [1, 2, 3, 8] {
            assert_eq!(run(threads, 300, None, None), (expected.clone(), Ok(())), "{threads} threads");
            assert_eq!(run(threads, 0, None, None), (vec![], Ok(())));
        }
    }

    /// Two tasks that wait for each other end only if both are worked on at once.
    #[test]
    fn a_stream_works_on_several_tasks_at_once() {
        let both = std::sync::Barrier::new(2);
        let mut next = 0;
        let stages = Stages {
            pull: || {
                next += 1;
                Ok::<_, ()>((next <= 20).then_some(next))
            },
            prepare: |i: u64| i,
            decide: |i| i,
            work: |(): &mut (), i| {
                both.wait();
                i
            },
            put: |_| Ok(()),
        };
        assert_eq!(stream(&mut [(), ()], stages), Ok(()));
    }

    #[test]
    fn a_stream_ends_with_its_first_error() {
        for threads in [1, 2, 8] {
            let (got, result) = run(threads, 300, None, Some(100));
            assert_eq!((got.len(), result), (101, Err("put 100".into())), "{threads} threads");
            let (got, result) = run(threads, 300, Some(40), None);
            assert!(got.len() <= 40, "{threads} threads");
            assert_eq!(result, Err("pull 40".into()));
        }
    }

    #[test]
    fn a_panic_in_a_stream_is_passed_on() {
        for threads in [1, 2, 8] {
            let mut next = 0;
            let stages = Stages {
                pull: || {
                    next += 1;
                    Ok::<_, ()>((next < 100).then_some(next))
                },
                prepare: |i| i,
                decide: |i| i,
                work: |(): &mut (), i| assert_ne!(i, 50, "on purpose"),
                put: |()| Ok(()),
            };
            let mut states = vec![(); threads];
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stream(&mut states, stages)));
            assert!(caught.is_err(), "{threads} threads");
        }
    }
}
