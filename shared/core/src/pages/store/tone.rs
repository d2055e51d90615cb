//! The state of a part of the page.

/// Status level: a class of the stylesheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Well,
    Busy,
    Care,
    Quiet,
}

impl Tone {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Busy => "busy",
            Self::Care => "care",
            Self::Quiet => "quiet",
        }
    }
}
