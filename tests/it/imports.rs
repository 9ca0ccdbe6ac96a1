//! Modules import only modules above them, as `ARCHITECTURE.md` lists them.

use std::fs;
use std::path::{Path, PathBuf};

/// From the top: each may import those before it, and itself.
const ORDER: [&str; 24] = [
    "types",
    "read",
    "write",
    "segment",
    "token",
    "feature",
    "linear",
    "score",
    "encoder",
    "calibrate",
    "cascade",
    "model",
    "explain",
    "tag",
    "duplicate",
    "exec",
    "batch",
    "report",
    "eval",
    "check",
    "train",
    "cli",
    "main",
    "lib",
];

#[test]
fn data_flows_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in files(&src) {
        let inside = file.strip_prefix(&src).expect("below src");
        let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        let rank = rank(&module).unwrap_or_else(|| panic!("{module} has no place in the order"));
        for imported in imports(&fs::read_to_string(&file).expect("source")) {
            let allowed = match self::rank(&imported) {
                Some(_) if imported == "train" => module == "train" || module == "cli",
                Some(other) => other <= rank,
                None => false,
            };
            if !allowed {
                wrong.push(format!("{} imports {imported}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn readers_and_writers_do_not_know_of_each_other() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for folder in ["read", "write", "segment", "token"] {
        for file in files(&src.join(folder)) {
            for imported in imports(&fs::read_to_string(&file).expect("source")) {
                assert!(imported == "types" || imported == folder, "{} imports {imported}", file.display());
            }
        }
    }
}

/// Only `exec` starts threads, and only `cli` prints.
#[test]
fn threads_and_printing_have_one_place() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in files(&src) {
        let source = fs::read_to_string(&file).expect("source");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let inside = file.strip_prefix(&src).expect("below src").display().to_string();
        if inside != "exec.rs" {
            assert!(!code.contains("thread::"), "{inside} starts threads");
        }
        if !inside.starts_with("cli") {
            let prints = ["println!", "print!(", "eprintln!"].iter().any(|p| code.contains(p));
            assert!(!prints, "{inside} prints");
            assert!(!code.contains("anyhow"), "{inside} uses anyhow");
        }
    }
}

#[test]
fn the_architecture_names_what_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let named: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|t| t.contains('/')).collect();
    assert!(named.len() > 10, "few paths found");
    for path in named {
        assert!(root.join(path).exists(), "ARCHITECTURE.md names {path}, which does not exist");
    }
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|m| *m == module)
}

/// The modules that a source names as `crate::module`, outside of comments.
fn imports(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("folder").map(|e| e.expect("entry").path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else if entry.extension().is_some_and(|e| e == "rs") {
            found.push(entry);
        }
    }
    found.sort();
    found
}
