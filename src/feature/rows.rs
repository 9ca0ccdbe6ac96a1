//! Sparse rows: what the solver and the scorer work on.

use linfa::dataset::Records;

/// A row of a sparse matrix: columns in ascending order, each once, with its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SparseRow<'a> {
    /// Columns.
    pub columns: &'a [u32],
    /// Values, as many as columns.
    pub values: &'a [f32],
}

impl SparseRow<'_> {
    /// The columns with their values.
    pub fn iter(&self) -> impl Iterator<Item = (usize, f64)> {
        self.columns.iter().map(|&c| c as usize).zip(self.values.iter().map(|&v| f64::from(v)))
    }
}

/// A sparse matrix, row by row (CSR), of shape `rows × columns`.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRows {
    n_columns: usize,
    /// Row `i` is `starts[i]..starts[i + 1]`.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl SparseRows {
    /// No rows yet, `n_columns` columns.
    pub fn new(n_columns: usize) -> Self {
        Self { n_columns, starts: vec![0], columns: Vec::new(), values: Vec::new() }
    }

    /// Appends a row of `(column, value)` in ascending order of columns, each below the number of columns.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in row {
            debug_assert!((column as usize) < self.n_columns);
            self.columns.push(column);
            self.values.push(value);
        }
        self.starts.push(self.columns.len());
    }

    /// Removes all rows; the columns stay.
    pub fn clear(&mut self) {
        self.starts.truncate(1);
        self.columns.clear();
        self.values.clear();
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> SparseRow<'_> {
        let range = self.starts[i]..self.starts[i + 1];
        SparseRow { columns: &self.columns[range.clone()], values: &self.values[range] }
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = SparseRow<'_>> {
        (0..self.len()).map(|i| self.row(i))
    }

    /// The rows at `indices`, in that order.
    pub fn select(&self, indices: &[usize]) -> Self {
        let mut selected = Self::new(self.n_columns);
        for &i in indices {
            let row = self.row(i);
            selected.push(row.columns.iter().copied().zip(row.values.iter().copied()));
        }
        selected
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many columns there are.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }
}

impl Records for SparseRows {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.len()
    }

    fn nfeatures(&self) -> usize {
        self.n_columns
    }
}

/// Rows are records of `linfa` by value and by reference, so that one matrix serves many fits.
impl AsRef<SparseRows> for SparseRows {
    fn as_ref(&self) -> &SparseRows {
        self
    }
}
