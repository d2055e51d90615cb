//! Allow-lists, checked while the crate compiles.

/// What must never be kept, wherever it stands: a bcrypt hash comes with every customer, card
/// details and addresses on the net with every order.
pub(in super::super) const FORBIDDEN: [&str; 3] = ["password", "orderCreditCards", "ip"];

/// The most fields that one object may keep.
pub(super) const MAX_FIELDS: usize = 64;

/// What is kept of a value.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Allowed {
    /// Its text; nothing of an object or an array.
    Scalar,
    /// Of a link or a linked record, the id.
    Reference,
    /// Of an object, or of each in an array, these fields; nothing of a scalar.
    Fields(Fields),
    /// The text of a scalar; of an object, or of each in an array, these fields.
    ScalarOrFields(Fields),
}

/// Fields by name. Only [`Allowed::fields`] makes one, so that no list escapes its checks.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Fields(&'static [Field]);

/// A field that is kept.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Field {
    pub(super) name: &'static str,
    /// The name's first bytes, as a number that is ordered as names are.
    start: u64,
    pub(super) allowed: Allowed,
}

impl Field {
    pub(in super::super) const fn scalar(name: &'static str) -> Self {
        Self::new(name, Allowed::Scalar)
    }

    pub(in super::super) const fn reference(name: &'static str) -> Self {
        Self::new(name, Allowed::Reference)
    }

    pub(in super::super) const fn object(name: &'static str, fields: &'static [Self]) -> Self {
        Self::new(name, Allowed::fields(fields))
    }

    /// A field that is a scalar in some records and an object or an array of objects in others.
    pub(in super::super) const fn scalar_or_object(
        name: &'static str,
        fields: &'static [Self],
    ) -> Self {
        let allowed = match Allowed::fields(fields) {
            Allowed::Fields(fields) => Allowed::ScalarOrFields(fields),
            other => other,
        };
        Self::new(name, allowed)
    }

    const fn new(name: &'static str, allowed: Allowed) -> Self {
        Self { name, start: start_of(name), allowed }
    }
}

impl Allowed {
    /// An object's fields, sorted by name: that order is the stored form's, and it finds them.
    ///
    /// In a constant, a list with a forbidden field, a wrong order or too many fields does not
    /// compile.
    pub(in super::super) const fn fields(fields: &'static [Field]) -> Self {
        assert!(fields.len() <= MAX_FIELDS, "too many fields");
        let mut rest = fields;
        while let [field, after @ ..] = rest {
            assert!(!is_forbidden(field.name), "this must never be kept");
            if let [next, ..] = after {
                assert!(precedes(field.name, next.name), "fields must be sorted by name");
            }
            rest = after;
        }
        Self::Fields(Fields(fields))
    }
}

impl Fields {
    /// The place of a field in the list. Nearly always the names' starts decide, without a look
    /// at the names themselves.
    pub(super) fn position(self, name: &str) -> Option<usize> {
        let start = start_of(name);
        let order = |field: &Field| field.start.cmp(&start).then_with(|| field.name.cmp(name));
        self.0.binary_search_by(order).ok()
    }

    /// The field at a place.
    pub(super) fn at(self, position: usize) -> Option<&'static Field> {
        self.0.get(position)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'static Field> {
        self.0.iter()
    }
}

/// The first eight bytes, zeros behind a shorter name, the first the most significant.
const fn start_of(name: &str) -> u64 {
    if let Some(start) = name.as_bytes().first_chunk() {
        return u64::from_be_bytes(*start);
    }
    let (mut rest, mut start, mut room) = (name.as_bytes(), 0, 8);
    while let [first, after @ ..] = rest {
        start = start << 8 | *first as u64;
        rest = after;
        room -= 1;
    }
    // Of an empty name nothing is left to shift.
    if room == 8 { 0 } else { start << (8 * room) }
}

const fn is_forbidden(name: &str) -> bool {
    let mut rest: &[&str] = &FORBIDDEN;
    while let [forbidden, after @ ..] = rest {
        if !precedes(name, forbidden) && !precedes(forbidden, name) {
            return true;
        }
        rest = after;
    }
    false
}

/// `str`'s own comparison cannot run while compiling.
const fn precedes(first: &str, second: &str) -> bool {
    let (mut first, mut second) = (first.as_bytes(), second.as_bytes());
    loop {
        match (first, second) {
            ([a, first_rest @ ..], [b, second_rest @ ..]) => {
                if *a != *b {
                    return *a < *b;
                }
                (first, second) = (first_rest, second_rest);
            }
            ([], [_, ..]) => return true,
            (_, []) => return false,
        }
    }
}
