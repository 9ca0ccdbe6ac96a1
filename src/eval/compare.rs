//! Two models on the same rows: is one really better, and where do they differ?

use super::Judged;
use super::bootstrap::{Resampled, resample};
use super::figures::{Each, Four, Ranked};
use super::judge::{Gold, ReportError, verdicts};
use crate::tag::{Tagger, Verdict};
use crate::types::{LabelSet, LabelledSentence};
use serde::Serialize;

/// How model B does beside model A on the same rows; as JSON the output of `claimtag compare --json`, version 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Version of this format: 1.
    pub v: u32,
    /// The first model.
    pub a: Compared,
    /// The second model.
    pub b: Compared,
    /// How many rows both were judged on.
    pub rows: usize,
    /// From how many documents.
    pub documents: usize,
    /// One per label, in the order of A.
    pub labels: Vec<LabelComparison>,
    /// The mean over the labels for which a figure is defined, taken for A and for B as in [`Report`](super::Report), and the
    /// difference of these means.
    pub macro_mean: Differences,
    /// All labels counted together.
    pub micro: Differences,
    /// How many rows are given other labels by B than by A.
    pub changed: ChangeCounts,
    /// These rows: first those that B lost, then those it gained, then the others; each in the order of the data.
    pub changes: Vec<Change>,
}

/// One of two models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Short digest of the model.
    pub model: String,
    /// `linear`, `cascade` or `encoder`.
    pub tier: String,
}

/// The figures of one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelComparison {
    /// The label.
    pub label: String,
    /// Rows of which it is known whether the label applies.
    pub known: usize,
    /// Rows with the label, gold.
    pub positives: usize,
    /// Rows among the known ones given the label by A.
    pub predicted_a: usize,
    /// Rows among the known ones given the label by B.
    pub predicted_b: usize,
    /// Precision, recall, F1, average precision.
    #[serde(flatten)]
    pub differences: Differences,
}

/// Four figures of both models, as in [`Figures`](super::Figures).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Differences {
    /// Share of right ones among the rows given the label.
    pub precision: Difference,
    /// Share of found ones among the rows with the label.
    pub recall: Difference,
    /// Harmonic mean of precision and recall.
    pub f1: Difference,
    /// Area under the precision-recall curve; for micro over all labels' rows together.
    pub average_precision: Difference,
}

/// A figure of both models and by how much it differs. The paired bootstrap draws documents a thousand times, and takes the
/// difference on the documents drawn, the same for both models, each time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The figure of A; absent where it is undefined.
    pub a: Option<f64>,
    /// The figure of B; absent where it is undefined.
    pub b: Option<f64>,
    /// B less A: above 0 where B is better; absent unless both are defined.
    pub difference: Option<f64>,
    /// Lower and upper end of the 95% percentile interval of the difference; absent unless nineteen of twenty samples define
    /// it.
    pub interval: Option<[f64; 2]>,
    /// The share of samples in which B is better than A, those in which they are equal counted half: 0.5 for identical models,
    /// near 1 where B is surely better. Of the samples that define the difference; absent where the interval is. No p-value:
    /// the interval excludes 0 where this is below 0.025 or above 0.975, up to ties.
    pub b_better: Option<f64>,
}

/// Rows that are given other labels by B than by A.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ChangeCounts {
    /// See [`ChangeKind::Lost`].
    pub lost: usize,
    /// See [`ChangeKind::Gained`].
    pub gained: usize,
    /// See [`ChangeKind::Other`].
    pub other: usize,
}

/// What a change of labels means; in this order in [`Comparison::changes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// B is right about fewer labels of the row than A.
    Lost,
    /// B is right about more labels of the row than A.
    Gained,
    /// As many are right, or the change is in labels of which it is not known whether they apply.
    Other,
}

/// A row that is given other labels by B than by A. Labels are in the order of A.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What the change means.
    pub kind: ChangeKind,
    /// Where the row was read: `file:line`.
    pub place: String,
    /// The sentence.
    pub text: String,
    /// The labels that apply.
    pub gold: Vec<String>,
    /// The labels of which it is not known whether they apply.
    pub unknown: Vec<String>,
    /// The labels that A gave.
    pub a: Vec<String>,
    /// The labels that B gave.
    pub b: Vec<String>,
}

/// Tags `rows` with both, on so many threads, and compares. The result is the same for any number of threads. Rows without a
/// document count as a document each.
///
/// # Errors
/// Models with different labels (their order may differ), no rows, or one with a label that the models do not have.
pub fn compare(
    a: &Tagger<'_>,
    b: &Tagger<'_>,
    rows: &[LabelledSentence],
    threads: usize,
) -> Result<Comparison, ReportError> {
    let labels = a.model().labels();
    check_same(labels, b.model().labels())?;
    let gold = Gold::new(rows, labels)?;
    let [said_a, said_b] = [a, b].map(|tagger| verdicts(tagger, rows, threads));
    let judged_a = gold.judged(labels, labels, &said_a);
    let judged_b = gold.judged(labels, b.model().labels(), &said_b);
    let differences = differences(&judged_a, &judged_b, gold.documents);
    let changes = changes(rows, [a, b], [&said_a, &said_b]);
    let count = |kind| changes.iter().filter(|change| change.kind == kind).count();
    let predicted = |rows: &[Judged]| rows.iter().filter(|row| row.predicted).count();
    let each_label = labels.names().iter().zip(judged_a.iter().zip(&judged_b)).zip(differences.labels);
    Ok(Comparison {
        v: 1,
        a: Compared::of(a),
        b: Compared::of(b),
        rows: rows.len(),
        documents: gold.documents,
        labels: each_label
            .map(|((label, (a, b)), differences)| LabelComparison {
                label: label.clone(),
                known: a.len(),
                positives: a.iter().filter(|row| row.gold).count(),
                predicted_a: predicted(a),
                predicted_b: predicted(b),
                differences,
            })
            .collect(),
        macro_mean: differences.macro_mean,
        micro: differences.micro,
        changed: ChangeCounts {
            lost: count(ChangeKind::Lost),
            gained: count(ChangeKind::Gained),
            other: count(ChangeKind::Other),
        },
        changes,
    })
}

/// That two label sets hold the same names.
fn check_same(a: &LabelSet, b: &LabelSet) -> Result<(), ReportError> {
    match a.len() == b.len() && a.names().iter().all(|name| b.index(name).is_some()) {
        true => Ok(()),
        false => Err(ReportError::LabelSets { a: a.names().join(", "), b: b.names().join(", ") }),
    }
}

fn differences(a: &[Vec<Judged>], b: &[Vec<Judged>], documents: usize) -> Each<Differences> {
    let [a, b] = [a, b].map(Ranked::new);
    let less = |(a, b): (Four, Four)| -> Four { std::array::from_fn(|i| Some(b[i]? - a[i]?)) };
    let resampled = resample(documents, |times| a.figures(times).zip(b.figures(times)).map(less));
    let once = vec![1.0; documents];
    let both = a.figures(&once).zip(b.figures(&once));
    both.zip(resampled).map(|((a, b), resampled)| Differences::of(a, b, &resampled))
}

impl Differences {
    fn of(a: Four, b: Four, resampled: &[Resampled; 4]) -> Self {
        let [precision, recall, f1, average_precision] = std::array::from_fn(|i| Difference {
            a: a[i],
            b: b[i],
            difference: resampled[i].value,
            interval: resampled[i].interval(),
            b_better: resampled[i].above_zero(),
        });
        Self { precision, recall, f1, average_precision }
    }
}

impl Compared {
    fn of(tagger: &Tagger<'_>) -> Self {
        Self { model: tagger.model().short_digest().to_owned(), tier: tagger.name().to_owned() }
    }
}

/// The rows that are given other labels by the second than by the first, sorted by kind.
fn changes(rows: &[LabelledSentence], by: [&Tagger<'_>; 2], said: [&[Verdict]; 2]) -> Vec<Change> {
    let names = by[0].model().labels().names();
    let change = |(row, verdicts): (&LabelledSentence, [&Verdict; 2])| {
        let [a, b] = [0, 1].map(|i| given(names, by[i].model().labels(), verdicts[i]));
        let right = |given: &[String]| names.iter().filter(|name| row.says(name) == Some(given.contains(name))).count();
        let kind = match right(&b).cmp(&right(&a)) {
            std::cmp::Ordering::Less => ChangeKind::Lost,
            std::cmp::Ordering::Greater => ChangeKind::Gained,
            std::cmp::Ordering::Equal => ChangeKind::Other,
        };
        let of_gold = |what| names.iter().filter(|name| row.says(name) == what).cloned().collect();
        let (gold, unknown) = (of_gold(Some(true)), of_gold(None));
        (a != b).then(|| Change { kind, place: row.place.clone(), text: row.text.clone(), gold, unknown, a, b })
    };
    let pairs = said[0].iter().zip(said[1]).map(|(a, b)| [a, b]);
    let mut changes: Vec<Change> = rows.iter().zip(pairs).filter_map(change).collect();
    changes.sort_by_key(|change| change.kind);
    changes
}

/// Those of `names` that a model with these labels gave.
fn given(names: &[String], of_model: &LabelSet, verdict: &Verdict) -> Vec<String> {
    let gave = |name: &&String| of_model.index(name).is_some_and(|i| verdict.labels.contains(&i));
    names.iter().filter(gave).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Prob;

    /// Four documents with a row each that has the label. A finds all, B misses the last, so that B finds k/4 fewer on
    /// resampled documents, with k out of the binomial distribution of 4 draws at 1/4: 0 in 32% of the samples, 3 or 4 in 5%,
    /// 4 in 0.4%.
    #[test]
    fn an_interval_by_hand() {
        let row = |doc, predicted| Judged { gold: true, predicted, prob: Prob::clamped(0.5), doc };
        let a = vec![(0..4).map(|doc| row(doc, true)).collect()];
        let b = vec![(0..4).map(|doc| row(doc, doc < 3)).collect()];
        let recall = differences(&a, &b, 4).labels[0].recall;
        assert_eq!((recall.a, recall.b, recall.difference), (Some(1.0), Some(0.75), Some(-0.25)));
        assert_eq!(recall.interval, Some([-0.75, 0.0]));
        let ties = recall.b_better.expect("defined") * 2.0;
        assert!((ties - 0.75_f64.powi(4)).abs() < 0.05, "{ties}");
    }
}
