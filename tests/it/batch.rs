//! Whole collections: nothing lost, nothing half-written, the same bytes whatever happened on the way.

use crate::util::Dir;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// `n` articles as JSON lines, every tenth a copy of an earlier one with another headline, some records broken.
fn corpus(n: usize) -> String {
    const WHO: [&str; 6] =
        ["Tarn Cloud", "Fjell Capital", "the Orsted yard", "Brisk Networks", "Alda Power", "Mosswell"];
    const WHAT: [&str; 7] = [
        "raised $40 million in a funding round led by an old rival",
        "will build two data centres beside the river",
        "signed an exclusive deal to supply the batteries",
        "lost customers to its cheaper competitors",
        "said that the summer was mild and the harvest good",
        "opened a canteen for its workers",
        "named a new head of its office in the north",
    ];
    let sentence = |i: usize| format!("In year {} {} {}.", 1900 + i % 97, WHO[i % 6], WHAT[i / 3 % 7]);
    let text = |i: usize| (0..8).map(|k| sentence(i * 31 + k * 17)).collect::<Vec<_>>().join(" ");
    let line = |i: usize| match i {
        i if i % 50 == 17 => "{broken".to_owned(),
        i if i % 50 == 33 => "{\"text\": \"\"}".to_owned(),
        i => {
            let of = if i % 10 == 9 { i - 7 } else { i };
            format!(
                "{{\"id\": \"a{i}\", \"title\": \"Number {i}\", \"date\": \"2024-{:02}-11\", \"text\": \"{}\"}}",
                1 + i % 12,
                text(of)
            )
        }
    };
    (0..n).map(|i| line(i) + "\n").collect()
}

/// The files of a run directory, without the lock, and `run.json` without the command.
fn content(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for folder in ["", "parts", "articles", "state"] {
        for entry in fs::read_dir(run.join(folder)).into_iter().flatten().flatten().filter(|e| e.path().is_file()) {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let mut bytes = fs::read(entry.path()).expect("a file");
            if name == "/run.json" {
                let mut json: Value = serde_json::from_slice(&bytes).expect("JSON");
                json["command"].take();
                bytes = serde_json::to_vec(&json).expect("JSON");
            }
            if name != "/lock" {
                found.insert(name, bytes);
            }
        }
    }
    found
}

fn summary(run: &Path) -> Value {
    serde_json::from_slice(&fs::read(run.join("summary.json")).expect("a summary")).expect("JSON")
}

#[track_caller]
fn assert_same(a: &Path, b: &Path) {
    let (a, b) = (content(a), content(b));
    let names = |of: &BTreeMap<String, Vec<u8>>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&a), names(&b));
    let differing: Vec<_> = a.iter().filter(|(name, bytes)| b[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(differing.is_empty(), "{differing:?} differ");
}

/// The rows of all parts of a run with `--to jsonl`.
fn rows(run: &Path, folder: &str) -> Vec<Value> {
    let mut parts: Vec<_> = fs::read_dir(run.join(folder)).expect("parts").map(|e| e.expect("entry").path()).collect();
    parts.sort();
    let text = |path: &Path| zstd::decode_all(fs::File::open(path).expect("a part")).expect("zstd");
    let lines = |path| String::from_utf8(text(path)).expect("UTF-8");
    let row = |line: &str| serde_json::from_str(line).expect("JSON");
    parts.iter().flat_map(|path| lines(path).lines().map(row).collect::<Vec<_>>()).collect()
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(300));
    for to in ["parquet", "jsonl", "csv"] {
        for threads in [1, 2, 7] {
            let args = format!("batch n.jsonl --out {to}{threads} --to {to} --rollup --tier linear --part-bytes 30000");
            dir.run(&format!("{args} --threads {threads}")).code(2).says("300 records: 288 articles");
        }
        assert_same(&dir.path(&format!("{to}1")), &dir.path(&format!("{to}2")));
        assert_same(&dir.path(&format!("{to}1")), &dir.path(&format!("{to}7")));
    }
}

#[test]
fn every_record_is_accounted_for() {
    let dir = Dir::new();
    dir.write("news/n.jsonl", corpus(200)).write("news/a.txt", "Tarn Cloud raised $5 million. It rained.");
    dir.write("news/b.xls", "x").write("news/c.txt", "").write("news/d.txt", [0, 1, 2, 0]);
    let ran = dir.run("batch news --out run --to jsonl --all --tier linear").code(2);
    ran.says("skipped news/c.txt: no text in it").says("failed news/n.jsonl:18: not valid JSON");
    let summary = summary(&dir.path("run"));
    let counts = &summary["counts"];
    assert_eq!((&counts["records"], &counts["articles"]), (&204.into(), &193.into()), "{counts}");
    assert_eq!(counts["skipped"], serde_json::json!({"binary": 1, "no text": 5, "unknown kind of file": 1}));
    assert_eq!(counts["failed"], serde_json::json!({"bad JSON": 4}));
    let failures = String::from_utf8(dir.read("run/failures.jsonl")).unwrap();
    let failures: Vec<Value> = failures.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(failures.len(), 10);
    let broken = failures.iter().find(|f| f["line"] == 18).unwrap();
    assert_eq!((&broken["path"], &broken["cause"]), (&"news/n.jsonl".into(), &"bad JSON".into()));
    let sentences = rows(&dir.path("run"), "parts").len();
    assert_eq!(counts["sentences"], sentences);
    dir.run("batch news --out strict --tier linear --strict").code(2).says("(stopped, because of --strict)");
}

#[test]
fn rows_are_those_of_tag() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(60));
    dir.run("batch n.jsonl --out run --to jsonl --part-bytes 9000").code(2);
    let tagged = dir.run("tag n.jsonl").code(2).rows();
    let mut batched = rows(&dir.path("run"), "parts");
    assert!(batched.iter().all(|row| row["article"].is_u64() && row["cluster"].is_u64()));
    for row in &mut batched {
        let row = row.as_object_mut().unwrap();
        row.remove("article");
        row.remove("cluster");
    }
    assert!(batched.len() > 50);
    assert_eq!(batched, tagged);
}

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(1500));
    let args = "--to jsonl --rollup --tier linear --part-bytes 20000 --quiet";
    let start = Instant::now();
    dir.run(&format!("batch n.jsonl --out whole {args}")).code(2);
    let whole = start.elapsed();
    for run in 0..4u32 {
        let out = format!("run{run}");
        for kill in 0..2 {
            let mut child = dir.command(&format!("batch n.jsonl --out {out} {args}")).spawn().expect("starts");
            std::thread::sleep(whole * (run * 2 + kill + 1) / 10);
            child.kill().expect("killed");
            child.wait().expect("ended");
        }
        dir.run(&format!("batch n.jsonl --out {out} {args}")).code(2);
        assert_same(&dir.path("whole"), &dir.path(&out));
    }
}

#[cfg(unix)]
#[test]
fn a_polite_kill_finishes_the_part_and_says_how_to_go_on() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(3000));
    let args = "--tier linear --part-bytes 20000";
    dir.run(&format!("batch n.jsonl --out whole {args}")).code(2);
    let child = dir.command(&format!("batch n.jsonl --out run {args}")).stderr(Stdio::piped()).spawn().expect("starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while fs::read_dir(dir.path("run/state")).map_or(0, Iterator::count) < 4 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    let output = child.wait_with_output().expect("ended");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("stopped before the end; go on with: ") && stderr.contains("batch n.jsonl --out run"),
        "{stderr}"
    );
    assert_eq!(summary(&dir.path("run"))["complete"], false);
    dir.run(&format!("batch n.jsonl --out run {args}")).code(2).says("going on: ");
    assert_same(&dir.path("whole"), &dir.path("run"));
}

#[test]
fn damaged_parts_are_done_again() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(300));
    let args = "batch n.jsonl --to jsonl --rollup --tier linear --part-bytes 30000";
    dir.run(&format!("{args} --out whole")).code(2);
    dir.run(&format!("{args} --out run")).code(2);
    let cut = |name: &str| {
        let bytes = dir.read(name);
        dir.write(name, &bytes[..bytes.len() / 2]);
    };
    cut("run/parts/part-00001.jsonl.zst");
    cut("run/articles/part-00003.jsonl.zst");
    cut("run/state/part-00004.json");
    cut("run/state/part-00000.sketches");
    fs::remove_file(dir.path("run/parts/part-00005.jsonl.zst")).unwrap();
    dir.write("run/parts/.claimtag-new-abc", "cut off");
    dir.run(&format!("{args} --out run")).code(2).says("; 5 parts written");
    assert_same(&dir.path("whole"), &dir.path("run"));
    dir.run(&format!("{args} --out run")).code(2).says("; 0 parts written");
}

#[test]
fn other_settings_and_changed_inputs_are_refused() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(40)).write("x/y.txt", "x");
    dir.run("batch n.jsonl --out run --tier linear").code(2);
    dir.run("batch n.jsonl --out run").code(2).says("tier is cascade, it was linear").says("--restart to begin anew");
    let ran = dir.run("batch n.jsonl --out run --tier linear --limit 7 --any-language --since 2024-02-01").code(2);
    ran.says("limit is 7, it was not given").says("any-language is true, it was false").says("since is 2024-02-01");
    dir.run("batch n.jsonl --out x --tier linear").code(2).says("x is there and is not a run (choose another --out)");
    dir.write("n.jsonl", corpus(41));
    dir.run("batch n.jsonl --out run --tier linear")
        .code(2)
        .says("the corpus has changed since the run began: n.jsonl has ");
    dir.run("batch n.jsonl --out run --tier linear --restart").code(2).says("41 records");
    fs::remove_file(dir.path("n.jsonl")).unwrap();
    let ran = dir.run("batch n.jsonl --out run --tier linear").code(2);
    ran.says("n.jsonl has 0 bytes, it had ");
    let json = String::from_utf8(dir.read("run/run.json")).unwrap().replace("\"v\": 2", "\"v\": 9");
    dir.write("run/run.json", json);
    let ran = dir.run("batch n.jsonl --out run --tier linear").code(2);
    ran.says("run.json: version 9 of the format, but this program knows 2");
}

/// The same size and time of change, but other records: the fingerprint of what was read tells.
#[test]
fn an_edited_file_of_the_same_size_is_refused() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(300));
    let args = "batch n.jsonl --out run --tier linear --part-bytes 30000";
    dir.run(args).code(2);
    fs::remove_file(dir.path("run/state/part-00003.json")).unwrap();
    fs::remove_file(dir.path("run/summary.json")).unwrap();
    let modified = fs::metadata(dir.path("n.jsonl")).unwrap().modified().unwrap();
    dir.write("n.jsonl", corpus(300).replacen("harvest good", "harvest poor", 1));
    fs::File::options().write(true).open(dir.path("n.jsonl")).unwrap().set_modified(modified).unwrap();
    dir.run(args).code(2).says("the records of a file are not those that they were");
}

#[test]
fn a_second_process_is_refused() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(10));
    dir.run("batch n.jsonl --out run --tier linear").ok();
    let lock = fs::File::options().write(true).open(dir.path("run/lock")).unwrap();
    lock.lock().unwrap();
    dir.run("batch n.jsonl --out run --tier linear").code(2).says("run is in use by another process");
    drop(lock);
    dir.run("batch n.jsonl --out run --tier linear").ok();
}

/// A limit on the size of files stands for a full disk: the write fails half-way.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(300));
    let args = "batch n.jsonl --to csv --all --tier linear --part-bytes 60000";
    dir.run(&format!("{args} --out whole")).code(2);
    let program = env!("CARGO_BIN_EXE_claimtag");
    let limited = format!("trap '' XFSZ; ulimit -f 2; exec {program} {args} --out run");
    let output = Command::new("bash").args(["-c", &limited]).current_dir(dir.path("")).output().expect("runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("File too large") && stderr.contains("go on with: "), "{stderr}");
    assert_eq!(fs::read_dir(dir.path("run/parts")).unwrap().count(), 0, "nothing half-written");
    dir.run(&format!("{args} --out run")).code(2);
    assert_same(&dir.path("whole"), &dir.path("run"));
}

#[test]
fn a_corrupt_member_costs_the_rest_of_its_file_only() {
    let dir = Dir::new();
    let gzip = |text: &str| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        writer.finish().unwrap()
    };
    let (first, mut second) = (gzip(&corpus(100)), gzip(&corpus(100)));
    let middle = second.len() / 2;
    second[middle..middle + 40].fill(0x55);
    dir.write("news/a.jsonl.gz", [first, second].concat()).write("news/b.jsonl", corpus(10));
    let args = "batch news --to jsonl --all --tier linear --part-bytes 30000";
    dir.run(&format!("{args} --out run")).code(2);
    assert!(String::from_utf8(dir.read("run/failures.jsonl")).unwrap().contains("broke off after "));
    let counts = summary(&dir.path("run"))["counts"].clone();
    assert_eq!(counts["failed"]["broke off"], 1);
    assert!(counts["articles"].as_u64().unwrap() >= 96 + 10, "{counts}");
    fs::remove_file(dir.path("run/state/part-00001.json")).unwrap();
    let before = content(&dir.path("run"));
    dir.run(&format!("{args} --out run")).code(2).says("; 1 parts written");
    assert_eq!(content(&dir.path("run")).keys().collect::<Vec<_>>().len(), before.len() + 1);
}

/// `/proc/self/mem` opens, and answers the first read with an error.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_one_failure() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(10));
    let ran = dir.run("batch /proc/self/mem n.jsonl --out run --tier linear").code(2);
    ran.says("/proc/self/mem: broke off after 0 bytes").says("11 records: 10 articles");
}

#[test]
fn near_duplicates_are_counted_once() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(200));
    dir.run("batch n.jsonl --out run --to jsonl --rollup --tier linear").code(2);
    let counts = summary(&dir.path("run"))["counts"].clone();
    let articles = rows(&dir.path("run"), "articles");
    let copies: Vec<_> = articles.iter().filter(|row| row["cluster"] != row["article"]).collect();
    assert_eq!(counts["clusters"].as_u64().unwrap() as usize, articles.len() - copies.len());
    let near: Vec<_> = (0..200u64)
        .filter(|i| i % 10 == 9 && ![17, 33].contains(&(i % 50)) && ![17, 33].contains(&((i - 7) % 50)))
        .collect();
    let cluster = |i: u64| &articles.iter().find(|row| row["article"] == i).unwrap()["cluster"];
    for i in near {
        assert_eq!(cluster(i), cluster(i - 7), "article {i}");
        assert_ne!(cluster(i), i, "article {i}");
    }
    let label = &counts["labels"]["investment"];
    assert!(label["clusters"].as_u64() < label["articles"].as_u64(), "{label}");
    dir.run("batch n.jsonl --out dedup --to jsonl --rollup --dedup --tier linear")
        .code(2)
        .says("near-duplicates not tagged");
    let deduped = summary(&dir.path("dedup"))["counts"].clone();
    assert_eq!(deduped["articles"], counts["clusters"]);
    assert_eq!(deduped["labels"]["investment"]["clusters"], deduped["labels"]["investment"]["articles"]);
    let left_out = rows(&dir.path("dedup"), "articles").iter().filter(|row| row.get("sentences").is_none()).count();
    assert_eq!(deduped["duplicates"], left_out);
}

#[test]
fn merged_shards_are_the_whole() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(300));
    for to in ["parquet", "jsonl", "csv"] {
        let args = format!("batch n.jsonl --to {to} --rollup --tier linear --part-bytes 20000 --quiet");
        dir.run(&format!("{args} --out {to}")).code(2);
        let shards: Vec<String> = (1..=3).map(|i| format!("{to}-{i}")).collect();
        for (i, shard) in shards.iter().enumerate() {
            dir.run(&format!("{args} --out {shard} --shard {}/3", i + 1));
        }
        dir.run(&format!("merge {} --out {to}-merged", shards.join(" "))).code(2);
        assert_same(&dir.path(to), &dir.path(&format!("{to}-merged")));
    }
    dir.run("merge csv-1 csv-2 --out m").code(2).says("2 of 3 shards were named");
    dir.run("merge csv-1 csv-2 jsonl-2 --out m").code(2).says("shard 2/3 where shard 3/3 was expected");
    dir.run("merge csv-1 jsonl-2 csv-3 --out m").code(2).says("other settings than the first: to is jsonl, it was csv");
    dir.run("merge csv --out m").code(2).says("not the run of a shard");
    dir.run("merge n.jsonl --out m").code(2).says("no run is there");
    dir.run("merge csv-1 csv-2 csv-3 --out csv-merged").code(2).says("there is a run already");
    dir.run("batch n.jsonl --out x --shard 4/3").code(2).says("a shard is i/n with i from 1 to n");
}

#[test]
fn parts_of_a_corpus_can_be_chosen() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(200));
    let run = |args: &str, out: &str| {
        dir.run(&format!("batch n.jsonl --out {out} --to jsonl --rollup --tier linear {args}"));
        summary(&dir.path(out))["counts"].clone()
    };
    assert_eq!(run("--limit 10", "limit")["records"], 10);
    let sampled = run("--sample 0.3", "sample");
    let taken = 200 - sampled["not_sampled"].as_u64().unwrap();
    assert!((40..80).contains(&taken), "{sampled}");
    let since = run("--since 2024-03-01 --until 2024-04-30", "since");
    let days: Vec<_> = rows(&dir.path("since"), "articles").iter().map(|row| row["day"].clone()).collect();
    assert!(days.len() > 20 && days.iter().all(|day| day == "2024-03-11" || day == "2024-04-11"), "{days:?}");
    assert_eq!(since["articles"], days.len());
    dir.run("batch n.jsonl --out s --sample 1.5").code(2).says("a share lies between 0 and 1");
}

#[test]
fn standard_input_can_be_batched_and_goes_on() {
    let dir = Dir::new();
    let text = corpus(200);
    let args = "batch - --to jsonl --tier linear --part-bytes 30000";
    dir.run_with_input(&format!("{args} --out whole"), text.as_bytes()).code(2).says("200 records");
    dir.run_with_input(&format!("{args} --out run"), text.as_bytes()).code(2);
    fs::remove_file(dir.path("run/state/part-00002.json")).unwrap();
    dir.run_with_input(&format!("{args} --out run"), text.as_bytes()).code(2).says("; 1 parts written");
    assert_same(&dir.path("whole"), &dir.path("run"));
    fs::remove_file(dir.path("run/state/part-00002.json")).unwrap();
    let other = text.replacen("canteen", "kitchen", 1);
    dir.run_with_input(&format!("{args} --out run"), other.as_bytes()).code(2).says("the corpus has changed");
}

#[test]
fn progress_is_quiet_or_json() {
    let dir = Dir::new();
    dir.write("n.jsonl", corpus(30));
    let ran = dir.run("batch n.jsonl --out quiet --quiet --tier linear").code(2);
    assert_eq!(ran.stderr, "", "{}", ran.all);
    let ran = dir.run("batch n.jsonl --out json --json-progress --tier linear").code(2);
    let last = ran.stderr.lines().rfind(|line| line.starts_with('{')).expect("a line of JSON");
    let last: Value = serde_json::from_str(last).expect("JSON");
    assert_eq!((&last["v"], &last["records"], &last["articles"]), (&1.into(), &30.into(), &29.into()));
}
