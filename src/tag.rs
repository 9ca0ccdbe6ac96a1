//! One article in, its tagged sentences out; or one sentence in, its probabilities out.

use crate::feature::{RowScratch, SparseRows};
use crate::model::Model;
use crate::segment::{Headline, segment};
use crate::token::{Memo, Token};
use crate::types::{Article, Field, Logit, Part, Prob, Sentence, Span, TaggedArticle, TaggedSentence, Tier};

/// Tags with one model. Holds no state of its own: each thread brings a [`Scratch`].
#[derive(Clone, Copy)]
pub struct Tagger<'m> {
    model: &'m Model,
}

/// Buffers of one thread, for one model.
pub struct Scratch {
    memo: Memo,
    tokens: Vec<Token>,
    row: RowScratch,
    rows: SparseRows,
    logits: Vec<f64>,
}

impl<'m> Tagger<'m> {
    /// A tagger with this model.
    pub fn new(model: &'m Model) -> Self {
        Self { model }
    }

    /// The model.
    pub fn model(&self) -> &'m Model {
        self.model
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

    /// The calibrated probability of each label for one sentence.
    pub fn probs(&self, sentence: &str, scratch: &mut Scratch) -> Vec<Prob> {
        let parts = self.model.parts();
        scratch.tokens.clear();
        parts.tokenizer.tokenize(sentence, &mut scratch.memo, &mut scratch.tokens);
        scratch.rows.clear();
        parts.features.push_row(&parts.tokenizer, &scratch.tokens, &mut scratch.row, &mut scratch.rows);
        parts.linear.logits(scratch.rows.row(0), &mut scratch.logits);
        let calibrated = parts.calibration.iter().zip(&scratch.logits);
        // weights, values and biases are finite, and a sum of finite f32 products stays far inside f64
        calibrated.map(|(c, &z)| Logit::new(z).map_or(Prob::clamped(f64::NAN), |z| c.prob(z))).collect()
    }

    /// The labels whose probability reaches their threshold: indices, ascending.
    pub fn labels(&self, probs: &[Prob]) -> Vec<usize> {
        let thresholds = &self.model.parts().thresholds;
        (0..probs.len()).filter(|&i| probs[i].get() >= thresholds[i].get()).collect()
    }

    /// Splits an article into sentences, title first, and tags each.
    pub fn tag(&self, article: Article, scratch: &mut Scratch) -> TaggedArticle {
        let mut sentences = Vec::new();
        if let Some(title) = &article.title {
            for Sentence { span, .. } in segment(title, Headline::Elsewhere) {
                sentences.push(self.sentence(title, span, span, Field::Title, Part::Headline, scratch));
            }
        }
        let headline = if article.title.is_some() { Headline::Elsewhere } else { Headline::InText };
        let visible = article.visible();
        for Sentence { span, part } in segment(visible, headline) {
            let source = article.source_span(span);
            sentences.push(self.sentence(visible, span, source, Field::Text, part, scratch));
        }
        TaggedArticle { article, sentences }
    }

    fn sentence(
        &self,
        visible: &str,
        at: Span,
        source: Span,
        field: Field,
        part: Part,
        scratch: &mut Scratch,
    ) -> TaggedSentence {
        let text = visible[at.range()].to_owned();
        let prob = self.probs(&text, scratch);
        let labels = self.labels(&prob);
        TaggedSentence { field, span: source, part, text, labels, prob, tier: Tier::Linear }
    }
}
