//! One article in, its tagged sentences out; or sentences in, their probabilities out.

use crate::calibrate::Calibration;
use crate::encoder::Pack;
use crate::feature::{RowScratch, SparseRows};
use crate::model::{EncoderTier, Model};
use crate::segment::{Headline, segment};
use crate::token::{Memo, Token, Tokenizer};
use crate::types::{Article, Field, Logit, Part, Prob, Sentence, Span, TaggedArticle, TaggedSentence, Tier};

/// Tags with one tier of a model. Holds no state of its own: each thread brings a [`Scratch`].
#[derive(Clone, Copy)]
pub struct Tagger<'m> {
    model: &'m Model,
    /// The encoder tier and the marks of its tokenizer, if it is the one to tag with.
    encoder: Option<(&'m EncoderTier, [u32; 2])>,
}

/// Buffers of one thread, for one model.
pub struct Scratch {
    memo: Memo,
    tokens: Vec<Token>,
    row: RowScratch,
    rows: SparseRows,
    logits: Vec<f64>,
}

/// Tokens after which a pack of sentences goes through the encoder: enough for matrix products at full speed, few enough to
/// stay in the cache.
const PACK: usize = 256;
/// The encoder sees this many tokens of a sentence, marks included; it was trained on no more.
pub const MAX_TOKENS: usize = 128;

impl<'m> Tagger<'m> {
    /// A tagger with the linear tier of this model.
    pub fn new(model: &'m Model) -> Self {
        Self { model, encoder: None }
    }

    /// A tagger with the encoder tier of this model, if it has one.
    pub fn with_encoder(model: &'m Model) -> Option<Self> {
        let tier = model.parts().encoder.as_ref()?;
        Some(Self { model, encoder: Some((tier, model.parts().tokenizer.marks()?)) })
    }

    /// The model.
    pub fn model(&self) -> &'m Model {
        self.model
    }

    /// The tier that decides.
    pub fn tier(&self) -> Tier {
        if self.encoder.is_some() { Tier::Encoder } else { Tier::Linear }
    }

    /// Buffers for one thread.
    pub fn scratch(&self) -> Scratch {
        Scratch {
            memo: Memo::default(),
            tokens: Vec::new(),
            row: RowScratch::default(),
            rows: SparseRows::new(self.model.parts().features.len()),
            logits: vec![0.0; self.model.labels().len()],
        }
    }

    /// The calibrated probability of each label for each sentence.
    pub fn probs(&self, sentences: &[&str], scratch: &mut Scratch) -> Vec<Vec<Prob>> {
        match self.encoder {
            None => sentences.iter().map(|sentence| self.linear(sentence, scratch)).collect(),
            Some((tier, marks)) => self.encode(tier, marks, sentences, scratch),
        }
    }

    fn linear(&self, sentence: &str, scratch: &mut Scratch) -> Vec<Prob> {
        let parts = self.model.parts();
        scratch.tokens.clear();
        parts.tokenizer.tokenize(sentence, &mut scratch.memo, &mut scratch.tokens);
        scratch.rows.clear();
        parts.features.push_row(&parts.tokenizer, &scratch.tokens, &mut scratch.row, &mut scratch.rows);
        parts.linear.logits(scratch.rows.row(0), &mut scratch.logits);
        calibrated(&parts.calibration, scratch.logits.iter().copied())
    }

    fn encode(&self, tier: &EncoderTier, marks: [u32; 2], sentences: &[&str], scratch: &mut Scratch) -> Vec<Vec<Prob>> {
        let most = MAX_TOKENS.min(tier.encoder.config.max_position_embeddings);
        let mut probs = Vec::with_capacity(sentences.len());
        let mut pack = Pack::default();
        for (i, sentence) in sentences.iter().enumerate() {
            scratch.tokens.clear();
            self.model.parts().tokenizer.tokenize(sentence, &mut scratch.memo, &mut scratch.tokens);
            pack.push(&Tokenizer::marked_ids(marks, &scratch.tokens, most));
            if pack.tokens() >= PACK || i + 1 == sentences.len() {
                let logits = tier.logits(&pack);
                let rows = logits.rows().into_iter();
                probs.extend(rows.map(|row| calibrated(&tier.calibration, row.iter().map(|&z| f64::from(z)))));
                pack.clear();
            }
        }
        probs
    }

    /// The labels whose probability reaches their threshold: indices, ascending.
    pub fn labels(&self, probs: &[Prob]) -> Vec<usize> {
        let thresholds = self.encoder.map_or(&self.model.parts().thresholds, |(tier, _)| &tier.thresholds);
        (0..probs.len()).filter(|&i| probs[i].get() >= thresholds[i].get()).collect()
    }

    /// Splits an article into sentences, title first, and tags each.
    pub fn tag(&self, article: Article, scratch: &mut Scratch) -> TaggedArticle {
        let found = sentences(&article);
        let texts: Vec<&str> = found.iter().map(|sentence| sentence.text.as_str()).collect();
        let probs = self.probs(&texts, scratch);
        let tagged = found.into_iter().zip(probs).map(|(Found { field, span, part, text }, prob)| TaggedSentence {
            field,
            span,
            part,
            text,
            labels: self.labels(&prob),
            prob,
            tier: self.tier(),
        });
        TaggedArticle { sentences: tagged.collect(), article }
    }
}

/// A sentence of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the text comes from.
    pub field: Field,
    /// Where it stands in the source: bytes of the title or of the text.
    pub span: Span,
    /// The part of the article.
    pub part: Part,
    /// The text.
    pub text: String,
}

/// The sentences of an article, title first.
pub fn sentences(article: &Article) -> Vec<Found> {
    let mut found = Vec::new();
    if let Some(title) = &article.title {
        let of_title = segment(title, Headline::Elsewhere).into_iter().map(|Sentence { span, .. }| Found {
            field: Field::Title,
            span,
            part: Part::Headline,
            text: title[span.range()].to_owned(),
        });
        found.extend(of_title);
    }
    let headline = if article.title.is_some() { Headline::Elsewhere } else { Headline::InText };
    let visible = article.visible();
    found.extend(segment(visible, headline).into_iter().map(|Sentence { span, part }| Found {
        field: Field::Text,
        span: article.source_span(span),
        part,
        text: visible[span.range()].to_owned(),
    }));
    found
}

fn calibrated(calibration: &[Calibration], logits: impl Iterator<Item = f64>) -> Vec<Prob> {
    // weights, values and biases are finite, and sums of their products stay far inside the range of floats
    let prob =
        |(calibration, z): (&Calibration, f64)| Logit::new(z).map_or(Prob::clamped(f64::NAN), |z| calibration.prob(z));
    calibration.iter().zip(logits).map(prob).collect()
}
