//! The optimiser.

/// AdamW (Loshchilov, Hutter: Decoupled weight decay regularization, ICLR 2019) with bias correction.
#[derive(Debug, Clone)]
pub(super) struct AdamW {
    /// Steps taken.
    pub step: u64,
    /// Running means of gradients, and of their squares, each per part.
    pub moments: [Vec<Vec<f32>>; 2],
}

/// Decay of the running mean of gradients.
const BETA_1: f64 = 0.9;
/// Decay of the running mean of squared gradients.
const BETA_2: f64 = 0.999;
const EPSILON: f32 = 1e-8;

impl AdamW {
    /// For parts of these lengths.
    pub fn new(lengths: impl IntoIterator<Item = usize>) -> Self {
        let zeros: Vec<Vec<f32>> = lengths.into_iter().map(|n| vec![0.0; n]).collect();
        Self { step: 0, moments: [zeros.clone(), zeros] }
    }

    /// Moves each part against `scale` times its gradient; `decay` where the part says so.
    pub fn update<'a>(
        &mut self,
        parts: impl IntoIterator<Item = (&'a mut [f32], bool)>,
        gradients: impl IntoIterator<Item = &'a [f32]>,
        scale: f32,
        rate: f32,
        decay: f32,
    ) {
        self.step += 1;
        let steps = i32::try_from(self.step).unwrap_or(i32::MAX);
        let correction = [1.0 - BETA_1.powi(steps), 1.0 - BETA_2.powi(steps)];
        let (b1, b2) = (BETA_1 as f32, BETA_2 as f32);
        let (c1, c2) = ((1.0 / correction[0]) as f32, (1.0 / correction[1]) as f32);
        let [means, squares] = &mut self.moments;
        for ((((weights, decays), gradients), mean), square) in parts.into_iter().zip(gradients).zip(means).zip(squares)
        {
            let keep = if decays { 1.0 - rate * decay } else { 1.0 };
            for (((w, &g), m), s) in weights.iter_mut().zip(gradients).zip(mean).zip(square) {
                let g = scale * g;
                *m = b1 * *m + (1.0 - b1) * g;
                *s = b2 * *s + (1.0 - b2) * g * g;
                *w = keep * *w - rate * (*m * c1) / ((*s * c2).sqrt() + EPSILON);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_bottom_of_a_bowl() {
        let mut weights = [5.0f32, -3.0];
        let mut adam = AdamW::new([2]);
        for _ in 0..2000 {
            let gradients = [2.0 * (weights[0] - 1.0), 20.0 * (weights[1] - 2.0)];
            adam.update([(&mut weights[..], false)], [&gradients[..]], 1.0, 0.02, 0.0);
        }
        assert!((weights[0] - 1.0).abs() < 1e-2 && (weights[1] - 2.0).abs() < 1e-2, "{weights:?}");
    }

    #[test]
    fn decay_shrinks_what_has_no_gradient() {
        let mut weights = [1.0f32];
        let mut adam = AdamW::new([1]);
        adam.update([(&mut weights[..], true)], [&[0.0f32][..]], 1.0, 0.1, 0.5);
        assert!((weights[0] - 0.95).abs() < 1e-6);
    }
}
