//! Raw and calibrated scores as types of their own, so that an uncalibrated number cannot reach a user.

use thiserror::Error;

/// A raw score of a model for one label: any finite number, natural-log odds before calibration.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Logit(f64);

/// A calibrated probability in `0..=1`. Only [`crate::calibrate`] makes them from logits.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Prob(f64);

/// A number outside the range of its type.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum NumberError {
    /// Not a finite number.
    #[error("{0} is not a finite number")]
    NotFinite(f64),
    /// A probability below 0 or above 1.
    #[error("{0} is not a probability between 0 and 1")]
    NotAProbability(f64),
}

impl Logit {
    /// Checks that `value` is finite.
    pub fn new(value: f64) -> Result<Self, NumberError> {
        if value.is_finite() { Ok(Self(value)) } else { Err(NumberError::NotFinite(value)) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Prob {
    /// Checks that `value` lies in `0..=1`.
    pub fn new(value: f64) -> Result<Self, NumberError> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(NumberError::NotAProbability(value)) }
    }

    /// The nearest probability to `value`; one half for NaN. For values that are probabilities but for rounding.
    pub fn clamped(value: f64) -> Self {
        Self(if value.is_nan() { 0.5 } else { value.clamp(0.0, 1.0) })
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_checked() {
        assert!(Prob::new(0.0).is_ok() && Prob::new(1.0).is_ok());
        assert_eq!(Prob::new(1.5).unwrap_err().to_string(), "1.5 is not a probability between 0 and 1");
        assert!(Prob::new(f64::NAN).is_err());
    }

    #[test]
    fn logits_are_finite() {
        assert!(Logit::new(-40.0).is_ok());
        assert!(Logit::new(f64::INFINITY).is_err());
    }
}
