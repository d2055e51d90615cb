//! Names that say "cancelled".

/// ShopRenter's own names for it and those that merchants give, in Hungarian, English and German.
const CANCELLED: [&str; 16] = [
    "törölt",
    "törölve",
    "sztornó",
    "sztornózott",
    "sztornózva",
    "sztornírozva",
    "stornó",
    "stornózott",
    "stornózva",
    "lemondott",
    "lemondva",
    "cancelled",
    "canceled",
    "storno",
    "storniert",
    "annulliert",
];
/// What may stand beside them and change nothing.
const ORDER: [&str; 4] = ["rendelés", "megrendelés", "order", "bestellung"];

/// Whether a status's name says that the order was cancelled, and nothing else: "Törölve
/// (sztornó)" does; "Sztornó kérelem" and "Nem törölt" don't.
pub(super) fn say_cancelled(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut says = false;
    words.all(|word| {
        let is_cancelled = CANCELLED.contains(&word);
        says |= is_cancelled;
        is_cancelled || ORDER.contains(&word)
    }) && says
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_says_cancelled_and_nothing_else_is_known() {
        for name in [
            "Törölt",
            "TÖRÖLVE",
            "Törölve (sztornó)",
            "Sztornó",
            "Sztornózott rendelés",
            "Cancelled",
            "canceled order",
            "Storniert",
        ] {
            assert!(say_cancelled(name), "{name}");
        }
    }

    #[test]
    fn any_other_name_does_not_say_so() {
        for name in
            ["", "-", "Teljesítve", "Rendelés", "Sztornó kérelem", "Nem törölt", "Törlés alatt"]
        {
            assert!(!say_cancelled(name), "{name}");
        }
    }
}
