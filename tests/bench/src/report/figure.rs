//! A number measured by a benchmark, with its budget.

/// Unit of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Multiple of a reference value in the same run.
    Times,
    /// Percentage of a reference value in the same run.
    Percent,
    /// Any other unit by its usual symbol: `ms`, `MB`, `rows/s`. Depends on the machine.
    Of(&'static str),
}

impl Unit {
    /// Symbol of the unit.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Times => "×",
            Self::Percent => "%",
            Self::Of(sign) => sign,
        }
    }

    /// Whether the value is comparable across machines.
    pub(crate) fn is_ratio(self) -> bool {
        matches!(self, Self::Times | Self::Percent)
    }
}

/// Direction of improvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    Less,
    More,
}

/// A named value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// Name, unique within the benchmark.
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: Unit,
    pub(crate) better: Better,
    /// Limit in the direction of improvement.
    pub(crate) budget: Option<f64>,
}

impl Figure {
    /// Creates a figure for which smaller is better, such as a time.
    pub(crate) fn less(name: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self { name: name.into(), value, unit, better: Better::Less, budget: None }
    }

    /// Creates a figure for which greater is better, such as a throughput.
    pub(crate) fn more(name: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self { better: Better::More, ..Self::less(name, value, unit) }
    }

    /// Sets the budget: an upper or lower limit, depending on the direction of improvement.
    pub(crate) fn budget(self, limit: f64) -> Self {
        Self { budget: Some(limit), ..self }
    }

    /// Whether the budget, if any, is met.
    pub(crate) fn is_met(&self) -> Option<bool> {
        self.budget.map(|limit| match self.better {
            Better::Less => self.value <= limit,
            Better::More => self.value >= limit,
        })
    }
}
