//! The function that training minimises: weighted logistic loss of one label with a quadratic penalty.

use crate::feature::SparseRows;
use argmin::core::{CostFunction, Error, Gradient};
use ndarray::Array1;
use std::cell::RefCell;

/// One training row of one label: how much saying "yes" and saying "no" would be right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mass {
    /// Row of the matrix.
    pub row: usize,
    /// Class weight times the probability of the label.
    pub yes: f64,
    /// Class weight times the probability of its absence.
    pub no: f64,
}

/// `1/(C n) · ½‖w‖² + 1/n · Σ [(yes + no) · ln(1 + e^z) − yes · z]` with `z = w·x + b`; the bias `b`, last in the
/// parameter vector, is not penalised. With hard labels this is the objective of LIBLINEAR and scikit-learn, scaled.
pub(super) struct Objective<'a> {
    rows: &'a SparseRows,
    mass: &'a [Mass],
    penalty: f64,
    scale: f64,
    /// The solver asks for cost and gradient of the same point one after the other.
    last: RefCell<Option<Evaluation>>,
}

#[derive(Clone)]
struct Evaluation {
    at: Array1<f64>,
    cost: f64,
    gradient: Array1<f64>,
}

impl<'a> Objective<'a> {
    /// `mass` must not be empty; `c` is the inverse strength of the penalty.
    pub fn new(rows: &'a SparseRows, mass: &'a [Mass], c: f64) -> Self {
        let scale = 1.0 / mass.len() as f64;
        Self { rows, mass, penalty: scale / c, scale, last: RefCell::new(None) }
    }

    fn with_evaluation<T>(&self, at: &Array1<f64>, get: impl Fn(&Evaluation) -> T) -> T {
        let mut last = self.last.borrow_mut();
        match &*last {
            Some(evaluation) if evaluation.at == *at => get(evaluation),
            _ => get(last.insert(self.evaluate(at))),
        }
    }

    fn evaluate(&self, at: &Array1<f64>) -> Evaluation {
        let bias = self.rows.n_columns();
        let mut gradient = at * self.penalty;
        gradient[bias] = 0.0;
        let mut cost = 0.5 * self.penalty * at.iter().take(bias).map(|w| w * w).sum::<f64>();
        for &Mass { row, yes, no } in self.mass {
            let row = self.rows.row(row);
            let z = at[bias] + row.iter().map(|(column, value)| at[column] * value).sum::<f64>();
            cost += self.scale * ((yes + no) * softplus(z) - yes * z);
            let slope = self.scale * ((yes + no) * sigmoid(z) - yes);
            for (column, value) in row.iter() {
                gradient[column] += slope * value;
            }
            gradient[bias] += slope;
        }
        Evaluation { at: at.clone(), cost, gradient }
    }
}

/// `1 / (1 + e^-z)`, without overflow.
fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + (-z).exp())
    } else {
        let e = z.exp();
        e / (1.0 + e)
    }
}

/// `ln(1 + e^z)`, without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

impl CostFunction for Objective<'_> {
    type Param = Array1<f64>;
    type Output = f64;

    fn cost(&self, at: &Self::Param) -> Result<f64, Error> {
        Ok(self.with_evaluation(at, |e| e.cost))
    }
}

impl Gradient for Objective<'_> {
    type Param = Array1<f64>;
    type Gradient = Array1<f64>;

    fn gradient(&self, at: &Self::Param) -> Result<Self::Gradient, Error> {
        Ok(self.with_evaluation(at, |e| e.gradient.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_the_slope_of_the_cost() {
        let mut rows = SparseRows::new(3);
        rows.push([(0, 0.5), (2, -1.0)]);
        rows.push([(1, 2.0)]);
        rows.push([(0, 1.0), (1, 0.25)]);
        let mass = [
            Mass { row: 0, yes: 1.5, no: 0.0 },
            Mass { row: 1, yes: 0.0, no: 0.8 },
            Mass { row: 2, yes: 0.4, no: 0.6 },
        ];
        let objective = Objective::new(&rows, &mass, 3.0);
        let at = Array1::from(vec![0.3, -0.2, 0.9, -0.4]);
        let gradient = objective.gradient(&at).unwrap();
        for i in 0..at.len() {
            let step = 1e-6;
            let (mut up, mut down) = (at.clone(), at.clone());
            up[i] += step;
            down[i] -= step;
            let slope = (objective.cost(&up).unwrap() - objective.cost(&down).unwrap()) / (2.0 * step);
            assert!((slope - gradient[i]).abs() < 1e-8, "{i}: {slope} against {}", gradient[i]);
        }
    }

    #[test]
    fn no_overflow() {
        for z in [-1e5, -800.0, 0.0, 800.0, 1e5] {
            assert!(sigmoid(z).is_finite() && softplus(z).is_finite());
        }
    }
}
