//! A folder of its own for each test, and the program run in it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// An empty folder that a test writes into and runs `claimtag` in.
pub struct Dir(TempDir);

/// What a run left behind.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    /// All there is to know, for the message of a failed assertion.
    pub all: String,
}

impl Dir {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        fs::write(path, content).expect("file written");
        self
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("file read")
    }

    /// Runs the program with arguments separated by white space.
    pub fn run(&self, args: &str) -> Ran {
        self.run_with_input(args, b"")
    }

    pub fn run_with_input(&self, args: &str, input: &[u8]) -> Ran {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // a program that does not read its input closes it
        let _ = child.stdin.take().expect("stdin").write_all(input);
        let output = child.wait_with_output().expect("the program ends");
        Ran::of(args, self.0.path(), &output)
    }

    pub fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimtag"));
        command.current_dir(self.0.path()).args(args.split_whitespace()).env("NO_COLOR", "1");
        command
    }
}

impl Ran {
    fn of(args: &str, cwd: &Path, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let code = output.status.code().unwrap_or(-1);
        let files: Vec<_> = fs::read_dir(cwd).into_iter().flatten().flatten().map(|e| e.file_name()).collect();
        let all = format!("claimtag {args}\ncode {code}\nfiles {files:?}\n--- stdout\n{stdout}--- stderr\n{stderr}");
        Self { code, stdout, stderr, all }
    }

    /// The rows of JSON lines on standard output.
    pub fn rows(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect()
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        self.code(0)
    }

    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.all);
        self
    }

    /// That standard error holds `text`.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in\n{}", self.all);
        assert!(!self.stderr.contains("panicked"), "{}", self.all);
        self
    }
}
