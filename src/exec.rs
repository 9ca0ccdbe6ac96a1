//! The one place that starts threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

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
}
