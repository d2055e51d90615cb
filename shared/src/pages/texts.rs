//! The texts, each in both languages; the compiler sees to it that none is missing.

use super::Notice;

/// One notice in one language.
pub(super) struct Text {
    pub(super) title: &'static str,
    /// What happened.
    pub(super) what: &'static str,
    /// What to do now; empty where there is nothing to do.
    pub(super) next: &'static str,
    /// What a link to where it is to be done is called, where there is one.
    pub(super) link: &'static str,
}

pub(super) fn hungarian(notice: Notice) -> Text {
    let (title, what, next) = match notice {
        Notice::Connected => (
            "A bolt össze van kapcsolva",
            "A ShopCall.ai eléri a bolt adatait, a termékek beolvasása elindult.",
            "Nincs további teendője, ezt az oldalt bezárhatja.",
        ),
        Notice::MissingPermission => (
            "Az alkalmazásnak hiányzik egy jogosultsága",
            "A bolt össze van kapcsolva, de a ShopRenter nem engedi, hogy minden adatát beolvassuk. \
             A többi adat frissítése zavartalan.",
            "A bolt tulajdonosa az alábbi címen adhatja meg a hiányzó jogosultságot. Utána nyissa \
             meg újra az alkalmazást.",
        ),
        Notice::ClientRefused => (
            "A ShopRenter nem engedi be az alkalmazást",
            "A ShopRenter nem adott hozzáférést ehhez a bolthoz. Ez akkor fordul elő, ha az \
             alkalmazást közben eltávolították.",
            "Távolítsa el az alkalmazást a bolt adminisztrációs felületén, majd telepítse újra. \
             Ha ez sem segít, írjon az ügyfélszolgálatunknak.",
        ),
        Notice::ShopRenterUnavailable => (
            "A ShopRenter most nem válaszol",
            "A telepítés megkezdődött, de a ShopRenter most nem elérhető. Semmi sem veszett el.",
            "Nyissa meg újra az alkalmazást néhány perc múlva: onnan folytatjuk, ahol abbamaradt.",
        ),
        Notice::Uninstalled => {
            ("Az alkalmazás eltávolítva", "A ShopCall.ai hozzáférése a bolthoz megszűnt.", "")
        }
        Notice::Malformed => (
            "Hiányos vagy hibás cím",
            "A megnyitott címből hiányzik valami, vagy nem értelmezhető.",
            "Nyissa meg az alkalmazást a bolt adminisztrációs felületéről.",
        ),
        Notice::NotSigned => (
            "A cím aláírása nem érvényes",
            "A kérésről nem állapítható meg, hogy a ShopRentertől jött, ezért nem teljesítjük.",
            "Nyissa meg az alkalmazást a bolt adminisztrációs felületéről.",
        ),
        Notice::Expired => (
            "A cím érvényessége lejárt",
            "A megnyitott cím csak öt percig használható.",
            "Nyissa meg újra az alkalmazást a bolt adminisztrációs felületéről.",
        ),
        Notice::Outdated => (
            "Ez a cím egy korábbi telepítéshez tartozik",
            "Az alkalmazást azóta eltávolították a boltból.",
            "Telepítse újra az alkalmazást a bolt adminisztrációs felületén.",
        ),
        Notice::Unavailable => (
            "Átmeneti hiba",
            "A kérést most nem tudtuk teljesíteni. Semmi sem veszett el.",
            "Próbálja meg újra néhány perc múlva.",
        ),
    };
    Text { title, what, next, link: "Jogosultság megadása" }
}

pub(super) fn english(notice: Notice) -> Text {
    let (title, what, next) = match notice {
        Notice::Connected => (
            "The shop is connected",
            "ShopCall.ai can reach the shop's data and has begun to read its products.",
            "There is nothing more to do; you can close this page.",
        ),
        Notice::MissingPermission => (
            "The app lacks a permission",
            "The shop is connected, but ShopRenter does not let us read all of its data. The rest \
             is kept up to date.",
            "The shop's owner can grant what is missing at the address below. Open the app again \
             after that.",
        ),
        Notice::ClientRefused => (
            "ShopRenter does not let the app in",
            "ShopRenter gave no access to this shop. This happens when the app has been removed \
             in the meantime.",
            "Remove the app in the shop's admin and install it again. If that does not help, \
             write to our support.",
        ),
        Notice::ShopRenterUnavailable => (
            "ShopRenter is not answering",
            "The install has begun, but ShopRenter cannot be reached now. Nothing is lost.",
            "Open the app again in a few minutes: it goes on where it stopped.",
        ),
        Notice::Uninstalled => {
            ("The app has been removed", "ShopCall.ai no longer has access to the shop.", "")
        }
        Notice::Malformed => (
            "The address is incomplete or malformed",
            "Something is missing from the address that was opened, or it cannot be understood.",
            "Open the app from the shop's admin.",
        ),
        Notice::NotSigned => (
            "The address has no valid signature",
            "It cannot be told that the request came from ShopRenter, so it was refused.",
            "Open the app from the shop's admin.",
        ),
        Notice::Expired => (
            "The address has expired",
            "The address that was opened can be used for five minutes only.",
            "Open the app from the shop's admin again.",
        ),
        Notice::Outdated => (
            "This address belongs to an earlier install",
            "The app has been removed from the shop since.",
            "Install the app again in the shop's admin.",
        ),
        Notice::Unavailable => (
            "Something went wrong for a moment",
            "The request could not be carried out now. Nothing is lost.",
            "Try again in a few minutes.",
        ),
    };
    Text { title, what, next, link: "Grant the permission" }
}
