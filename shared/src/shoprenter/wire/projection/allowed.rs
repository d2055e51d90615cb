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
    pub(super) allowed: Allowed,
}

impl Field {
    pub(in super::super) const fn scalar(name: &'static str) -> Self {
        Self { name, allowed: Allowed::Scalar }
    }

    pub(in super::super) const fn reference(name: &'static str) -> Self {
        Self { name, allowed: Allowed::Reference }
    }

    pub(in super::super) const fn object(name: &'static str, fields: &'static [Self]) -> Self {
        Self { name, allowed: Allowed::fields(fields) }
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
        Self { name, allowed }
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
    /// The place of a field in the list.
    pub(super) fn position(self, name: &str) -> Option<usize> {
        self.0.binary_search_by(|field| field.name.cmp(name)).ok()
    }

    /// The field at a place.
    pub(super) fn at(self, position: usize) -> Option<&'static Field> {
        self.0.get(position)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'static Field> {
        self.0.iter()
    }
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
