//! Status names that mean "cancelled".

/// ShopRenter's and merchants' names for it in Hungarian, English and German.
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
/// Words allowed beside them.
const ORDER: [&str; 4] = ["rendelés", "megrendelés", "order", "bestellung"];

/// Whether a status's name means exactly that the order was cancelled: "Törölve (sztornó)" does;
/// "Sztornó kérelem" and "Nem törölt" don't.
pub(in super::super) fn say_cancelled(name: &str) -> bool {
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
    fn names_that_mean_cancelled_are_recognized() {
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
    fn other_names_do_not_mean_cancelled() {
        for name in
            ["", "-", "Teljesítve", "Rendelés", "Sztornó kérelem", "Nem törölt", "Törlés alatt"]
        {
            assert!(!say_cancelled(name), "{name}");
        }
    }
}
