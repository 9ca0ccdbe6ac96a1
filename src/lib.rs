//! Tags each sentence of an article with the claims it makes.
//!
//! The modules are the stages that data flows through, in this order: [`types`] is what travels, [`read`] turns files
//! into articles, [`segment`] an article into sentences, [`token`] a sentence into tokens, [`feature`] tokens into a
//! sparse row, [`linear`] a row into logits ([`score`] does both at once, faster), or [`encoder`] a sentence into a vector,
//! [`calibrate`] logits into probabilities and labels, [`mod@write`] the result into rows. [`model`] is the bundle that holds what was
//! learnt, [`explain`] says which words a label comes from, [`tag`] joins the stages for one article, [`train`] and [`eval`] make
//! and judge models, [`check`] judges their data, [`exec`] alone starts threads, [`report`] makes a page of a
//! run, [`cli`] is the command line. `ARCHITECTURE.md` says
//! which may import which.
//!
//! A whole run, with the model that is built in:
//!
//! ```
//! use claimtag::model::Model;
//! use claimtag::tag::Tagger;
//! use claimtag::types::Article;
//!
//! let model = Model::embedded()?;
//! let tagger = Tagger::new(&model);
//! let mut scratch = tagger.scratch();
//! let article = Article {
//!     id: "example".into(),
//!     text: "Tarn Cloud raised $40 million in a funding round led by Fjell Capital. The weather was fine.".into(),
//!     ..Article::default()
//! };
//! let tagged = tagger.tag(article, &mut scratch);
//! let names: Vec<&str> = tagged.sentences[0].labels.iter().map(|&l| model.labels().names()[l].as_str()).collect();
//! assert_eq!(names, ["investment"]);
//! assert!(tagged.sentences[1].labels.is_empty());
//! # Ok::<(), claimtag::model::ModelError>(())
//! ```

pub mod batch;
pub mod calibrate;
pub mod cascade;
pub mod check;
pub mod cli;
pub mod duplicate;
pub mod encoder;
pub mod eval;
pub mod exec;
pub mod explain;
pub mod feature;
pub mod linear;
pub mod model;
pub mod read;
pub mod report;
pub mod score;
pub mod segment;
pub mod tag;
pub mod token;
pub mod train;
pub mod types;
pub mod write;
