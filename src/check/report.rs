//! All findings about a data set, and its counts.

use super::finding::{Example, Finding, Kind, Severity};
use super::phrases::{PHRASE_WORDS, Phrase, commonest_phrases};
use super::similar::{Pair, Shingler, Shingles, similar_pairs};
use super::suspects::suspects;
use crate::types::{LabelledSentence, Prob};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A part of a data set, such as the rows for training or those for testing.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// Its name, for messages.
    pub name: String,
    /// Its rows.
    pub rows: Vec<LabelledSentence>,
    /// Records that could not be read, with their place and cause.
    pub failed: Vec<String>,
}

/// What [`check`] found; as JSON the output of `claimtag check --json`, version 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckReport {
    /// Version of this format: 1.
    pub v: u32,
    /// Rows of all splits.
    pub rows: usize,
    /// Named documents.
    pub documents: usize,
    /// Counts per split, in the order given.
    pub splits: Vec<SplitCount>,
    /// Counts per label, in alphabetical order.
    pub labels: Vec<LabelCount>,
    /// How many rows have exactly these labels; the commonest first.
    pub combinations: Vec<Combination>,
    /// The commonest runs of four words, at most 100.
    pub phrases: Vec<Phrase>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
}

/// How large a split is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SplitCount {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: usize,
    /// Rows without a label.
    pub rows_without_label: usize,
}

/// How common a label is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCount {
    /// The label.
    pub label: String,
    /// Rows with it, per split.
    pub positives: Vec<usize>,
    /// Rows of which nobody said whether it applies, over all splits.
    pub unknown: usize,
}

/// Rows with the same labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Combination {
    /// The labels, in alphabetical order; empty for rows without one.
    pub labels: Vec<String>,
    /// How many rows have exactly these.
    pub rows: usize,
}

/// Sentences with this Jaccard similarity of word pairs or more nearly repeat each other: in a sentence of twenty words two
/// others.
const NEAR: f64 = 0.6;
/// A run of words may stand in this share of rows, …
const MAX_PHRASE_SHARE: f64 = 0.003;
/// … or in this many, if that is more.
const MIN_PHRASE_ROWS: usize = 10;
/// How many of the commonest runs are reported.
const PHRASES: usize = 100;
/// Below this number of positives a label is reported.
const FEW: usize = 20;

impl CheckReport {
    /// The worst severity of any finding.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// Looks for all that is wrong with `splits`. Sentences are the same if they differ in case, punctuation and white space
/// alone.
///
/// `out_of_fold`, if given, holds for each row of all splits in order, and each label in alphabetical order, what models
/// trained without the row say.
pub fn check(splits: &[Split], out_of_fold: Option<&[Vec<Prob>]>) -> CheckReport {
    let data = Data::new(splits);
    let phrases = commonest_phrases(data.rows.iter().map(|row| row.text.as_str()), PHRASES);
    let mut findings = Vec::new();
    findings.extend(unreadable(splits));
    findings.extend(shared_documents(&data));
    findings.extend(repeats(&data));
    findings.extend(common_phrases(&data, &phrases));
    findings.extend(few_positives(&data));
    findings.extend(without_document(&data));
    findings.extend(out_of_fold.map(|probs| suspect_labels(&data, probs)).unwrap_or_default());
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    CheckReport {
        v: 1,
        rows: data.rows.len(),
        documents: data.rows.iter().filter_map(|row| row.doc.as_ref()).collect::<BTreeSet<_>>().len(),
        splits: splits.iter().map(split_count).collect(),
        labels: data.labels.iter().map(|label| label_count(splits, label)).collect(),
        combinations: combinations(&data),
        phrases,
        findings,
    }
}

/// The rows of all splits.
struct Data<'a> {
    splits: &'a [Split],
    rows: Vec<&'a LabelledSentence>,
    /// The split of each row.
    split: Vec<usize>,
    /// All label names, in alphabetical order.
    labels: Vec<&'a str>,
}

impl<'a> Data<'a> {
    fn new(splits: &'a [Split]) -> Self {
        let rows: Vec<&LabelledSentence> = splits.iter().flat_map(|split| &split.rows).collect();
        let split = (0..).zip(splits).flat_map(|(i, split)| std::iter::repeat_n(i, split.rows.len())).collect();
        let named = rows.iter().flat_map(|row| row.named());
        let labels: BTreeSet<&str> = named.map(String::as_str).collect();
        Self { splits, split, labels: labels.into_iter().collect(), rows }
    }

    fn example(&self, row: usize, other: Option<usize>, detail: String) -> Example {
        let place = |row: usize| self.rows[row].place.clone();
        Example { place: place(row), other: other.map(place), detail, text: self.rows[row].text.clone() }
    }

    fn said(&self, row: usize) -> String {
        said(&self.rows[row].labels)
    }
}

fn said(labels: &[String]) -> String {
    let sorted: BTreeSet<&str> = labels.iter().map(String::as_str).collect();
    if sorted.is_empty() { "no label".into() } else { sorted.into_iter().collect::<Vec<_>>().join(", ") }
}

fn unreadable(splits: &[Split]) -> Option<Finding> {
    let failed = splits.iter().flat_map(|split| &split.failed);
    let examples: Vec<Example> = failed
        .map(|failed| Example { place: failed.clone(), other: None, detail: String::new(), text: String::new() })
        .collect();
    let message = || format!("records that are no labelled sentences, left out: {}", examples.len());
    (!examples.is_empty()).then(|| Finding::new(Kind::Unreadable, message(), examples.clone()))
}

fn shared_documents(data: &Data<'_>) -> Option<Finding> {
    let mut home: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    let mut examples = Vec::new();
    for (row, sentence) in data.rows.iter().enumerate() {
        let Some(doc) = sentence.doc.as_deref() else { continue };
        let first = *home.entry(doc).or_insert(row);
        if data.split[first] != data.split[row] {
            shared.insert(doc);
            examples.push(data.example(row, Some(first), format!("document {doc:?}")));
        }
    }
    let message = format!("rows from documents of another split: {} (documents: {})", examples.len(), shared.len());
    (!examples.is_empty()).then(|| Finding::new(Kind::SharedDocument, message, examples))
}

/// Contradictions, leaks, repeats and near repeats.
fn repeats(data: &Data<'_>) -> Vec<Finding> {
    let mut shingler = Shingler::default();
    let shingles: Vec<Shingles> = data.rows.iter().map(|row| shingler.shingles(&row.text)).collect();
    let mut by_kind: BTreeMap<usize, (Kind, Vec<Example>)> = BTreeMap::new();
    const KINDS: [Kind; 4] = [Kind::Contradiction, Kind::Leak, Kind::Repeat, Kind::NearRepeat];
    for Pair { row, earlier, similarity } in similar_pairs(&shingles, NEAR) {
        let same = similarity >= 1.0;
        let of_pair = [
            same && contradict(data.rows[row], data.rows[earlier]),
            data.split[row] != data.split[earlier],
            same && data.split[row] == data.split[earlier],
            !same && data.split[row] == data.split[earlier],
        ];
        let Some(i) = of_pair.iter().position(|&applies| applies) else { continue };
        let detail = match KINDS[i] {
            Kind::Contradiction => format!("{} against {}", data.said(row), data.said(earlier)),
            _ if same => "the same words".to_owned(),
            _ => format!("similarity {similarity:.2}"),
        };
        by_kind.entry(i).or_insert_with(|| (KINDS[i], Vec::new())).1.push(data.example(row, Some(earlier), detail));
    }
    let message = |kind: Kind, n: usize| match kind {
        Kind::Contradiction => format!("rows that give an earlier sentence other labels: {n}"),
        Kind::Leak => format!("rows that repeat, or nearly repeat, a sentence of another split: {n}"),
        Kind::Repeat => format!("rows that repeat an earlier sentence: {n}"),
        _ => format!("rows that nearly repeat an earlier sentence: {n}"),
    };
    by_kind.into_values().map(|(kind, examples)| Finding::new(kind, message(kind, examples.len()), examples)).collect()
}

/// Whether one row says of a label that it applies and the other that it does not.
fn contradict(a: &LabelledSentence, b: &LabelledSentence) -> bool {
    let denies = |a: &LabelledSentence, b: &LabelledSentence| a.labels.iter().any(|l| b.says(l) == Some(false));
    denies(a, b) || denies(b, a)
}

fn common_phrases(data: &Data<'_>, phrases: &[Phrase]) -> Option<Finding> {
    let limit = MIN_PHRASE_ROWS.max((MAX_PHRASE_SHARE * data.rows.len() as f64) as usize);
    let common: Vec<&Phrase> = phrases.iter().filter(|phrase| phrase.rows > limit).collect();
    let examples = common.iter().map(|phrase| Example {
        place: String::new(),
        other: None,
        detail: format!("in {} rows", phrase.rows),
        text: phrase.words.clone(),
    });
    let message = || {
        format!("runs of {PHRASE_WORDS} words in more than {limit} rows each (vary the sentences): {}", common.len())
    };
    (!common.is_empty()).then(|| Finding::new(Kind::CommonPhrase, message(), examples.collect()))
}

fn few_positives(data: &Data<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for label in &data.labels {
        let counts = label_count(data.splits, label).positives;
        let all: usize = counts.iter().sum();
        if all < FEW {
            let message =
                format!("label {label:?} applies to too few rows: {all}; under {FEW} its figures mean little");
            findings.push(Finding::new(Kind::FewPositives, message, Vec::new()));
            continue;
        }
        for (split, _) in data.splits.iter().zip(counts).filter(|&(_, positives)| positives == 0) {
            let message = format!("label {label:?} applies to no row of {}", split.name);
            findings.push(Finding::new(Kind::FewPositives, message, Vec::new()));
        }
    }
    findings
}

fn without_document(data: &Data<'_>) -> Option<Finding> {
    let n = data.rows.iter().filter(|row| row.doc.is_none()).count();
    let message = format!(
        "rows without a document (\"doc\"), so that rows of one text can get into different splits and folds: {n}"
    );
    (n > 0).then(|| Finding::new(Kind::NoDocument, message, Vec::new()))
}

fn suspect_labels(data: &Data<'_>, probs: &[Vec<Prob>]) -> Vec<Finding> {
    let given: Vec<Vec<Option<bool>>> =
        data.rows.iter().map(|row| data.labels.iter().map(|label| row.says(label)).collect()).collect();
    let suspects = suspects(&given, probs);
    let of_label = |(label, name): (usize, &&str)| {
        let examples: Vec<Example> = suspects
            .iter()
            .filter(|suspect| suspect.label == label)
            .map(|suspect| {
                let given = if suspect.given { "given" } else { "not given" };
                data.example(suspect.row, None, format!("{given}, but its probability is {:.2}", suspect.prob.get()))
            })
            .collect();
        let message = format!(
            "rows where label {name:?} is doubtful, as models trained on the other rows disagree: {}",
            examples.len()
        );
        (!examples.is_empty()).then(|| Finding::new(Kind::SuspectLabel, message, examples))
    };
    data.labels.iter().enumerate().filter_map(of_label).collect()
}

fn split_count(split: &Split) -> SplitCount {
    let rows_without_label = split.rows.iter().filter(|row| row.labels.is_empty()).count();
    SplitCount { name: split.name.clone(), rows: split.rows.len(), rows_without_label }
}

fn label_count(splits: &[Split], label: &str) -> LabelCount {
    let count =
        |rows: &[LabelledSentence], says: Option<bool>| rows.iter().filter(|row| row.says(label) == says).count();
    LabelCount {
        label: label.to_owned(),
        positives: splits.iter().map(|split| count(&split.rows, Some(true))).collect(),
        unknown: splits.iter().map(|split| count(&split.rows, None)).sum(),
    }
}

fn combinations(data: &Data<'_>) -> Vec<Combination> {
    let mut counts: BTreeMap<BTreeSet<&String>, usize> = BTreeMap::new();
    data.rows.iter().for_each(|row| *counts.entry(row.labels.iter().collect()).or_default() += 1);
    let mut combinations: Vec<Combination> = counts
        .into_iter()
        .map(|(labels, rows)| Combination { labels: labels.into_iter().cloned().collect(), rows })
        .collect();
    combinations.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.labels.cmp(&b.labels)));
    combinations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str, rows: &[(&str, &[&str], &str)]) -> Split {
        let row = |(i, (text, labels, doc)): (usize, &(&str, &[&str], &str))| LabelledSentence {
            text: (*text).into(),
            labels: labels.iter().map(|&label| label.into()).collect(),
            doc: (!doc.is_empty()).then(|| (*doc).to_owned()),
            place: format!("{name}:{}", i + 1),
            ..LabelledSentence::default()
        };
        Split { name: name.into(), rows: rows.iter().enumerate().map(row).collect(), failed: Vec::new() }
    }

    fn lines(report: &CheckReport) -> Vec<String> {
        let line = |f: &Finding| {
            let examples: Vec<String> = f
                .examples
                .iter()
                .map(|e| format!("{}~{} {}", e.place, e.other.as_deref().unwrap_or("-"), e.detail))
                .collect();
            format!("{} {} [{}]", f.severity.name(), f.message, examples.join("; "))
        };
        report.findings.iter().map(line).collect()
    }

    #[test]
    fn findings_name_their_rows() {
        let splits = [
            split(
                "train",
                &[
                    ("Tarn Foods bought a mill.", &["deal"], "a"),
                    ("tarn foods  bought a MILL!", &["deal"], "b"),
                    ("Nothing happened there.", &[], "c"),
                    ("Nothing happened there", &["deal"], "c"),
                    ("The old ferry to Ard was sold to a bank in May.", &[], "e"),
                    ("The old ferry to Ard was sold to a bank in June.", &[], ""),
                ],
            ),
            split("test", &[("Rain again.", &[], "a"), ("The old ferry to Ard was sold to a bank in July.", &[], "d")]),
        ];
        let report = check(&splits, None);
        assert_eq!(
            lines(&report),
            [
                "error rows from documents of another split: 1 (documents: 1) [test:1~train:1 document \"a\"]",
                "error rows that give an earlier sentence other labels: 1 [train:4~train:3 deal against no label]",
                "error rows that repeat, or nearly repeat, a sentence of another split: 1 [test:2~train:5 similarity 0.83]",
                "warning rows that repeat an earlier sentence: 1 [train:2~train:1 the same words]",
                "warning rows that nearly repeat an earlier sentence: 1 [train:6~train:5 similarity 0.83]",
                "warning label \"deal\" applies to too few rows: 3; under 20 its figures mean little []",
                "note rows without a document (\"doc\"), so that rows of one text can get into different splits and folds: 1 []",
            ]
        );
        assert_eq!(report.worst(), Some(Severity::Error));
        assert_eq!((report.rows, report.documents), (8, 5));
        assert_eq!(report.labels, [LabelCount { label: "deal".into(), positives: vec![3, 0], unknown: 0 }]);
        assert_eq!(report.combinations[0], Combination { labels: vec![], rows: 5 });
    }

    #[test]
    fn a_mould_is_seen() {
        let texts: Vec<String> =
            (0..40).map(|i| format!("firm{i} is proud to announce thing{i} from place{i}")).collect();
        let rows: Vec<(&str, &[&str], &str)> = texts.iter().map(|text| (text.as_str(), &[][..], "d")).collect();
        let report = check(&[split("train", &rows)], None);
        assert_eq!(report.findings.len(), 1);
        assert_eq!(report.findings[0].kind, Kind::CommonPhrase);
        assert_eq!(report.findings[0].examples[0].text, "is proud to announce");
    }

    #[test]
    fn unknown_is_no_contradiction_and_empty_data_no_finding() {
        let mut data = split("train", &[("One thing.", &["deal"], "a"), ("One thing.", &[], "b")]);
        data.rows[1].unknown.push("deal".into());
        let kinds: Vec<Kind> = check(&[data], None).findings.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [Kind::Repeat, Kind::FewPositives]);
        assert_eq!(check(&[], None).worst(), None);
    }
}
