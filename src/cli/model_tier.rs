//! A model and a tier of it as one argument.

use super::args::TierChoice;
use clap::ValueEnum;
use std::ffi::OsString;
use std::path::PathBuf;

/// `FOLDER`, `FOLDER:TIER`, `default` or `default:TIER`. What stands behind the last colon is a tier only if it is the name of
/// one: a colon in the name of a folder needs no care unless the name ends like a tier or is `default`, and then `x:linear/`
/// and `./default` are folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ModelTier {
    /// Where the model is; `None` for the built-in one.
    pub model: Option<PathBuf>,
    /// The tier; `None` for that which tags by default.
    pub tier: Option<TierChoice>,
}

impl From<OsString> for ModelTier {
    fn from(typed: OsString) -> Self {
        let tier = |name: &str| TierChoice::from_str(name, false).ok();
        let split = typed.to_str().and_then(|t| t.rsplit_once(':')).and_then(|(m, t)| Some((m.into(), tier(t)?)));
        let (model, tier) = split.map_or((typed.clone(), None), |(model, tier)| (model, Some(tier)));
        Self { model: (model != "default").then(|| model.into()), tier }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tiers_are_split_off() {
        let parsed = |typed: &str| {
            let ModelTier { model, tier } = ModelTier::from(OsString::from(typed));
            (model.map(|m| m.display().to_string()).unwrap_or_else(|| "built in".into()), tier)
        };
        assert_eq!(parsed("default"), ("built in".into(), None));
        assert_eq!(parsed("default:encoder"), ("built in".into(), Some(TierChoice::Encoder)));
        assert_eq!(parsed("./default"), ("./default".into(), None));
        assert_eq!(parsed("m:linear"), ("m".into(), Some(TierChoice::Linear)));
        assert_eq!(parsed("C:\\m:cascade"), ("C:\\m".into(), Some(TierChoice::Cascade)));
        assert_eq!(parsed("2026-11:b"), ("2026-11:b".into(), None));
        assert_eq!(parsed("m:linear/"), ("m:linear/".into(), None));
    }
}
