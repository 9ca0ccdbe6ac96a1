//! A folder of its own for each test, and the program run in it.

use claimtag::encoder::{Dense, Encoder, EncoderConfig};
use claimtag::model::Model;
use claimtag::token::Tokenizer;
use safetensors::tensor::{Dtype, TensorView};
use std::collections::BTreeMap;
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

    /// The folder `base` in the Hugging Face layout with a small encoder of random weights over the built-in vocabulary.
    pub fn write_base(&self) {
        let vocabulary = Tokenizer::from_bytes(Model::embedded_tokenizer()).expect("a tokenizer");
        let config = EncoderConfig {
            vocab_size: vocabulary.vocabulary_size(),
            hidden_size: 32,
            num_hidden_layers: 2,
            num_attention_heads: 4,
            intermediate_size: 64,
            max_position_embeddings: 40,
            layer_norm_eps: 1e-12,
        };
        let mut encoder = Encoder::random(config, 7);
        // random embeddings are of use if they are of the size of trained ones
        encoder.embeddings.word *= 8.0;
        self.write("base/config.json", serde_json::to_vec(&encoder.config).expect("JSON"))
            .write("base/tokenizer.json", Model::embedded_tokenizer())
            .write("base/model.safetensors", hugging_face(&encoder));
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

fn hugging_face(encoder: &Encoder<Dense>) -> Vec<u8> {
    let mut tensors: BTreeMap<String, (Vec<usize>, Vec<u8>)> = BTreeMap::new();
    let mut add = |name: String, shape: &[usize], values: &mut dyn Iterator<Item = &f32>| {
        tensors.insert(name, (shape.to_vec(), values.flat_map(|v| v.to_le_bytes()).collect()));
    };
    let h = encoder.config.hidden_size;
    let embeddings = &encoder.embeddings;
    add("embeddings.word_embeddings.weight".into(), embeddings.word.shape(), &mut embeddings.word.iter());
    add("embeddings.position_embeddings.weight".into(), embeddings.position.shape(), &mut embeddings.position.iter());
    add("embeddings.token_type_embeddings.weight".into(), &[2, h], &mut vec![0.0; 2 * h].iter());
    let mut norms = vec![("embeddings".to_owned(), &embeddings.norm)];
    for (i, layer) in encoder.layers.iter().enumerate() {
        let name = |part: &str| format!("encoder.layer.{i}.{part}");
        for (part, from) in ["query", "key", "value"].iter().zip([0, h, 2 * h]) {
            let weight = layer.qkv.weight.slice(ndarray::s![from..from + h, ..]);
            add(name(&format!("attention.self.{part}.weight")), &[h, h], &mut weight.iter());
            add(name(&format!("attention.self.{part}.bias")), &[h], &mut layer.qkv.bias.iter().skip(from).take(h));
        }
        let dense = [("attention.output", &layer.attention_out), ("intermediate", &layer.up), ("output", &layer.down)];
        for (part, dense) in dense {
            add(name(&format!("{part}.dense.weight")), dense.weight.shape(), &mut dense.weight.iter());
            add(name(&format!("{part}.dense.bias")), dense.bias.shape(), &mut dense.bias.iter());
        }
        norms.push((name("attention.output"), &layer.attention_norm));
        norms.push((name("output"), &layer.output_norm));
    }
    for (name, norm) in norms {
        add(format!("{name}.LayerNorm.weight"), &[h], &mut norm.weight.iter());
        add(format!("{name}.LayerNorm.bias"), &[h], &mut norm.bias.iter());
    }
    let views = tensors
        .iter()
        .map(|(name, (shape, bytes))| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a tensor")));
    safetensors::serialize(views, None).expect("safetensors")
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
