//! One article in, its tagged sentences out; or sentences in, their probabilities out.

use crate::calibrate::Calibration;
use crate::cascade::settled;
use crate::explain;
use crate::model::{EncoderTier, Model};
use crate::score::{LinearTier, Scorer};
use crate::segment::{Headline, segment};
use crate::token::{Memo, Token, Tokenizer};
use crate::types::{Article, Field, Logit, Part, Prob, Sentence, Span, TaggedArticle, TaggedSentence, Tier, Why};

/// Tags with a model, by one tier or by the cascade of both. Holds no state of its own: each thread brings a [`Scratch`].
#[derive(Clone, Copy)]
pub struct Tagger<'m> {
    model: &'m Model,
    mode: Mode<'m>,
    /// Whether to say why labels are given, and with how many n-grams.
    explain: Option<usize>,
}

/// Who decides.
#[derive(Clone, Copy)]
enum Mode<'m> {
    Linear,
    /// The encoder alone.
    Encoder(Encoding<'m>),
    /// The linear tier where it is sure, else the encoder.
    Cascade(Encoding<'m>),
}

/// The encoder tier, and the marks of its tokenizer.
#[derive(Clone, Copy)]
struct Encoding<'m> {
    tier: &'m EncoderTier,
    marks: [u32; 2],
}

/// What is said of one sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The calibrated probability of each label of the model.
    pub prob: Vec<Prob>,
    /// Indices of the labels whose probability reaches their threshold, ascending.
    pub labels: Vec<usize>,
    /// Who decided.
    pub tier: Tier,
}

/// Buffers of one thread, for one model.
pub struct Scratch {
    scorer: Scorer,
    logits: Vec<f64>,
    /// For the encoder, and to explain.
    memo: Memo,
    tokens: Vec<Token>,
}

/// The encoder sees this many tokens of a sentence, marks included; it was trained on no more.
pub const MAX_TOKENS: usize = 128;

impl<'m> Tagger<'m> {
    /// A tagger with the linear tier of this model.
    pub fn linear(model: &'m Model) -> Self {
        Self { model, mode: Mode::Linear, explain: None }
    }

    /// A tagger with the encoder tier of this model, if it has one.
    pub fn encoder(model: &'m Model) -> Option<Self> {
        Some(Self { model, mode: Mode::Encoder(Encoding::of(model)?), explain: None })
    }

    /// A tagger whose linear tier settles what it is sure of, and whose encoder decides the rest; `None` without an encoder.
    pub fn cascade(model: &'m Model) -> Option<Self> {
        Some(Self { model, mode: Mode::Cascade(Encoding::of(model)?), explain: None })
    }

    /// The cascade, or the linear tier of a model that has nothing else.
    pub fn new(model: &'m Model) -> Self {
        Self::cascade(model).unwrap_or_else(|| Self::linear(model))
    }

    /// The same tagger, which with a number says why each label is given, too: [`TaggedSentence::why`], with so many of the
    /// strongest n-grams where the linear tier decides. Without one, it does not.
    pub fn explaining(self, grams: Option<usize>) -> Self {
        Self { explain: grams, ..self }
    }

    /// The model.
    pub fn model(&self) -> &'m Model {
        self.model
    }

    /// `linear`, `cascade` or `encoder`.
    pub fn name(&self) -> &'static str {
        match self.mode {
            Mode::Linear => "linear",
            Mode::Encoder(_) => "encoder",
            Mode::Cascade(_) => "cascade",
        }
    }

    /// Buffers for one thread.
    pub fn scratch(&self) -> Scratch {
        Scratch {
            scorer: Scorer::new(self.linear_tier()),
            logits: vec![0.0; self.model.labels().len()],
            memo: Memo::default(),
            tokens: Vec::new(),
        }
    }

    /// What the model says of each sentence. Sentences do not influence each other.
    pub fn judge(&self, sentences: &[&str], scratch: &mut Scratch) -> Vec<Verdict> {
        match self.mode {
            Mode::Linear => sentences.iter().map(|sentence| self.by_linear(sentence, scratch)).collect(),
            Mode::Encoder(encoding) => self.by_encoder(encoding, sentences, scratch),
            Mode::Cascade(encoding) => {
                let mut verdicts: Vec<_> = sentences.iter().map(|sentence| self.by_linear(sentence, scratch)).collect();
                let limits = &encoding.tier.limits;
                let open: Vec<usize> = (0..verdicts.len()).filter(|&i| !settled(limits, &verdicts[i].prob)).collect();
                let texts: Vec<&str> = open.iter().map(|&i| sentences[i]).collect();
                for (i, verdict) in open.into_iter().zip(self.by_encoder(encoding, &texts, scratch)) {
                    verdicts[i] = verdict;
                }
                verdicts
            }
        }
    }

    fn linear_tier(&self) -> LinearTier<'m> {
        let parts = self.model.parts();
        LinearTier { tokenizer: &parts.tokenizer, features: &parts.features, linear: &parts.linear }
    }

    fn by_linear(&self, sentence: &str, scratch: &mut Scratch) -> Verdict {
        let parts = self.model.parts();
        scratch.scorer.score(self.linear_tier(), sentence, &mut scratch.logits);
        Verdict::new(&parts.calibration, &parts.thresholds, scratch.logits.iter().copied(), Tier::Linear)
    }

    fn by_encoder(&self, encoding: Encoding<'_>, sentences: &[&str], scratch: &mut Scratch) -> Vec<Verdict> {
        let Encoding { tier, .. } = encoding;
        let logits = tier.logits_of(sentences.iter().map(|sentence| {
            self.tokenize(sentence, scratch);
            encoding.ids(&scratch.tokens)
        }));
        let verdict = |z: Vec<f64>| Verdict::new(&tier.calibration, &tier.thresholds, z.into_iter(), Tier::Encoder);
        logits.into_iter().map(verdict).collect()
    }

    /// Puts the tokens of a sentence into `scratch`.
    fn tokenize(&self, sentence: &str, scratch: &mut Scratch) {
        scratch.tokens.clear();
        self.model.parts().tokenizer.tokenize(sentence, &mut scratch.memo, &mut scratch.tokens);
    }

    /// Why a sentence got the labels of its verdict, if that is wanted.
    fn why(&self, sentence: &str, verdict: &Verdict, scratch: &mut Scratch) -> Vec<Why> {
        let Some(grams) = self.explain.filter(|_| !verdict.labels.is_empty()) else { return Vec::new() };
        self.tokenize(sentence, scratch);
        let (tokens, labels) = (&scratch.tokens, &verdict.labels);
        match (verdict.tier, self.mode) {
            (Tier::Encoder, Mode::Encoder(encoding) | Mode::Cascade(encoding)) => {
                explain::by_encoder(encoding.tier, tokens, &encoding.ids(tokens), labels)
            }
            _ => explain::by_linear(self.linear_tier(), sentence, tokens, labels, grams),
        }
    }

    /// Splits an article into sentences, title first, and tags each.
    pub fn tag(&self, article: Article, scratch: &mut Scratch) -> TaggedArticle {
        let found = sentences(&article);
        let verdicts = self.judge(&texts(&found), scratch);
        self.tagged(article, found, verdicts, scratch)
    }

    /// As [`tag`](Self::tag), for several articles at once: the encoder is faster the more sentences it gets together.
    pub fn tag_together(&self, articles: Vec<Article>, scratch: &mut Scratch) -> Vec<TaggedArticle> {
        let found: Vec<Vec<Found>> = articles.iter().map(sentences).collect();
        let all: Vec<&str> = found.iter().flat_map(|found| texts(found)).collect();
        let mut verdicts = self.judge(&all, scratch).into_iter();
        let of_article = |(article, found): (Article, Vec<Found>)| {
            let verdicts = verdicts.by_ref().take(found.len()).collect();
            self.tagged(article, found, verdicts, scratch)
        };
        articles.into_iter().zip(found).map(of_article).collect()
    }

    /// An article with what is said of its sentences.
    fn tagged(
        &self,
        article: Article,
        found: Vec<Found>,
        verdicts: Vec<Verdict>,
        scratch: &mut Scratch,
    ) -> TaggedArticle {
        let sentence = |(found, verdict): (Found, Verdict)| {
            let why = self.why(&found.text, &verdict, scratch);
            let (Found { field, span, part, text, .. }, Verdict { prob, labels, tier }) = (found, verdict);
            TaggedSentence { field, span, part, text, labels, prob, tier, why }
        };
        TaggedArticle { sentences: found.into_iter().zip(verdicts).map(sentence).collect(), article, place: None }
    }
}

impl<'m> Encoding<'m> {
    fn of(model: &'m Model) -> Option<Self> {
        let parts = model.parts();
        Some(Self { tier: parts.encoder.as_ref()?, marks: parts.tokenizer.marks()? })
    }

    /// What the encoder sees of a sentence.
    fn ids(&self, tokens: &[Token]) -> Vec<u32> {
        let most = MAX_TOKENS.min(self.tier.encoder.config.max_position_embeddings);
        Tokenizer::marked_ids(self.marks, tokens, most)
    }
}

impl Verdict {
    fn new(calibration: &[Calibration], thresholds: &[Prob], logits: impl Iterator<Item = f64>, tier: Tier) -> Self {
        // weights, values and biases are finite, and sums of their products stay far inside the range of floats
        let prob = |(calibration, z): (&Calibration, f64)| {
            Logit::new(z).map_or(Prob::clamped(f64::NAN), |z| calibration.prob(z))
        };
        let prob: Vec<Prob> = calibration.iter().zip(logits).map(prob).collect();
        let labels = (0..prob.len()).filter(|&i| prob[i].get() >= thresholds[i].get()).collect();
        Self { prob, labels, tier }
    }
}

fn texts(found: &[Found]) -> Vec<&str> {
    found.iter().map(|sentence| sentence.text.as_str()).collect()
}

/// A sentence of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the text comes from.
    pub field: Field,
    /// Where it stands in the source: bytes of the title or of the text.
    pub span: Span,
    /// Where a person sees it: bytes of the title or of [`Article::visible`].
    pub visible: Span,
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
            visible: span,
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
        visible: span,
        part,
        text: visible[span.range()].to_owned(),
    }));
    found
}
