//! One number that a benchmark found, with what it ought to be.

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// So many times what it is compared with in the same run.
    Times,
    /// A share of what it is compared with in the same run, in per cent.
    Percent,
    /// Anything else, by its usual sign: `ms`, `MB`, `rows/s`. Says something of this machine alone.
    Of(&'static str),
}

impl Unit {
    /// How it is written.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Times => "×",
            Self::Percent => "%",
            Self::Of(sign) => sign,
        }
    }

    /// Whether another machine would come to about the same number.
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

/// A named number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// What was measured; no other figure of the benchmark is called the same.
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: Unit,
    pub(crate) better: Better,
    /// What it must not be worse than.
    pub(crate) budget: Option<f64>,
}

impl Figure {
    /// A figure that is better the smaller it is, such as a time.
    pub(crate) fn less(name: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self { name: name.into(), value, unit, better: Better::Less, budget: None }
    }

    /// A figure that is better the greater it is, such as a throughput.
    pub(crate) fn more(name: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self { better: Better::More, ..Self::less(name, value, unit) }
    }

    /// The same with a budget: the most that it may be, or the least, as is better for it.
    pub(crate) fn budget(self, limit: f64) -> Self {
        Self { budget: Some(limit), ..self }
    }

    /// Whether the budget is met, where there is one.
    pub(crate) fn is_met(&self) -> Option<bool> {
        self.budget.map(|limit| match self.better {
            Better::Less => self.value <= limit,
            Better::More => self.value >= limit,
        })
    }
}
