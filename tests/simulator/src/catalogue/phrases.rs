//! Words for plausible names, addresses and goods, in up to three languages.

use crate::seed::Draw;

pub(crate) const LAST_NAMES: &[&str] = &[
    "Nagy",
    "Kovács",
    "Tóth",
    "Szabó",
    "Horváth",
    "Varga",
    "Kiss",
    "Molnár",
    "Németh",
    "Farkas",
    "Balogh",
    "Papp",
    "Lakatos",
    "Juhász",
    "Mészáros",
    "Oláh",
    "Simon",
    "Rácz",
    "Fekete",
    "Szilágyi",
    "Török",
    "Fehér",
    "Gál",
    "Kocsis",
    "Pintér",
    "Szűcs",
    "Őri",
    "Dobó-Kis",
];
pub(crate) const FIRST_NAMES: &[&str] = &[
    "László",
    "István",
    "József",
    "Zoltán",
    "Attila",
    "Gábor",
    "Péter",
    "Mária",
    "Erzsébet",
    "Katalin",
    "Éva",
    "Ilona",
    "Zsuzsanna",
    "Ágnes",
    "Andrea",
    "Mónika",
    "Tímea",
    "Nóra",
    "Bence",
    "Máté",
    "Levente",
    "Dóra",
    "Lilla",
    "Réka",
    "Ödön",
    "Anna Mária",
];
pub(crate) const CITIES: &[(&str, &str)] = &[
    ("1052", "Budapest"),
    ("4028", "Debrecen"),
    ("6720", "Szeged"),
    ("3525", "Miskolc"),
    ("7621", "Pécs"),
    ("9021", "Győr"),
    ("4400", "Nyíregyháza"),
    ("6000", "Kecskemét"),
    ("8000", "Székesfehérvár"),
    ("9700", "Szombathely"),
    ("3300", "Eger"),
    ("8230", "Balatonfüred"),
];
pub(crate) const STREETS: &[&str] = &[
    "Petőfi Sándor utca",
    "Kossuth Lajos utca",
    "Rákóczi út",
    "Széchenyi tér",
    "Dózsa György út",
    "Ady Endre köz",
    "Bartók Béla út",
    "Táncsics Mihály utca",
    "Arany János sétány",
];
pub(crate) const MAIL_HOSTS: &[&str] =
    &["pelda.example", "level.example", "posta.example", "drot.test"];

/// Adjective or noun in Hungarian, English and German.
type Word = [&'static str; 3];
const QUALITIES: &[Word] = &[
    ["Kézzel festett", "Hand-painted", "Handbemalte"],
    ["Mini", "Mini", "Mini"],
    ["Vízálló", "Waterproof", "Wasserdichte"],
    ["Prémium", "Premium", "Premium"],
    ["Újrahasznosított", "Recycled", "Recycelte"],
    ["Gyerekbarát", "Child-friendly", "Kindgerechte"],
    ["Összecsukható", "Folding", "Klappbare"],
    ["Bükkfa", "Beechwood", "Buchenholz"],
    ["\"Retró\"", "\"Retro\"", "„Retro“"],
    ["Extra nagy", "Extra large", "Extragroße"],
];
const GOODS: &[Word] = &[
    ["bögre", "mug", "Tasse"],
    ["karkötő", "bracelet", "Armkette"],
    ["hátizsák", "backpack", "Tasche"],
    ["asztali lámpa", "desk lamp", "Lampe"],
    ["törölköző", "towel", "Handtuchrolle"],
    ["kerékpár & kiegészítő", "bicycle & accessory", "Radtasche"],
    ["fűszerkeverék", "spice mix", "Mischung"],
    ["sütőforma", "baking tin", "Backform"],
    ["növényi tápoldat", "plant food", "Nahrung"],
    ["töltőkábel", "charging cable", "Leitung"],
];
const COLOURS: &[Word] = &[
    ["piros", "red", "rot"],
    ["kék", "blue", "blau"],
    ["zöld", "green", "grün"],
    ["natúr", "natural", "natur"],
    ["fekete", "black", "schwarz"],
    ["őzbarna", "fawn", "rehbraun"],
];
const SENTENCES: &[Word] = &[
    [
        "Tartós és könnyen tisztítható.",
        "Durable and easy to clean.",
        "Langlebig und leicht zu reinigen.",
    ],
    ["Ajándéknak is kiváló választás!", "A fine choice as a gift!", "Auch als Geschenk geeignet!"],
    [
        "Mosogatógépben mosható, legfeljebb 40 °C-on.",
        "Dishwasher safe up to 40 °C.",
        "Bis 40 °C waschbar.",
    ],
    [
        "Magyarországon készül, kis szériában.",
        "Made in Hungary in small series.",
        "In Ungarn gefertigt.",
    ],
    ["A csomag tartalma: 1 db.", "In the box: 1 pc.", "Lieferumfang: 1 Stück."],
    ["Két év jótállás.", "Two years of warranty.", "Zwei Jahre Garantie."],
];

const fn column(language: &str) -> usize {
    match language.as_bytes() {
        b"en" => 1,
        b"de" => 2,
        _ => 0,
    }
}

fn translate(word: &Word, language: &str) -> &'static str {
    word.get(column(language)).copied().unwrap_or_default()
}

/// Description of a product, independent of the language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    quality: Word,
    good: Word,
    colour: Word,
    size: u32,
}

impl Subject {
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        Self {
            quality: draw.pick(QUALITIES),
            good: draw.pick(GOODS),
            colour: draw.pick(COLOURS),
            size: draw.between(1, 60),
        }
    }

    pub(crate) fn name(&self, language: &str) -> String {
        let (quality, good) = (translate(&self.quality, language), translate(&self.good, language));
        format!("{quality} {good}, {}, {} cm", translate(&self.colour, language), self.size)
    }

    pub(crate) fn slug(&self) -> String {
        let name = format!(
            "{}-{}-{}",
            translate(&self.quality, "en"),
            translate(&self.good, "en"),
            self.size
        );
        let kept = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        name.chars().map(kept).collect()
    }
}

/// Generates two or three sentences like those of a merchant's editor: nested tags, entities, and
/// sometimes a script or style that must not be read to callers.
pub(crate) fn html(draw: &mut Draw, language: &str) -> String {
    let (first, second) = (draw.pick(SENTENCES), draw.pick(SENTENCES));
    let (first, second) = (translate(&first, language), translate(&second, language));
    match draw.below(5) {
        0 => format!("<p>{first}&nbsp;<strong>{second}</strong></p>"),
        1 => format!(
            "<div class=\"leiras\"><p>{}</p><ul><li>{second}</li><li>5 &lt; 6 &amp; 7</li></ul></div>",
            entities(first)
        ),
        2 => format!(
            "<style>.x{{color:red}}</style><p>{first}<br/>{second}</p><script>var html = \"<b>nem</b>\";</script>"
        ),
        3 => format!(
            "<table><tr><td>{first}</td><td><em>{}</em></td></tr></table><p><img src=\"/kep.jpg\" alt=\"\"></p>",
            entities(second)
        ),
        _ => format!("{first}\n\n{second}"),
    }
}

fn entities(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            'é' => written.push_str("&eacute;"),
            'á' => written.push_str("&aacute;"),
            'ö' => written.push_str("&#246;"),
            'ő' => written.push_str("&#x151;"),
            other => written.push(other),
        }
    }
    written
}

/// Spells a name for an e-mail address.
pub(crate) fn ascii(name: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'Á' => 'a',
        'é' | 'É' => 'e',
        'í' | 'Í' => 'i',
        'ó' | 'ö' | 'ő' | 'Ó' | 'Ö' | 'Ő' => 'o',
        'ú' | 'ü' | 'ű' | 'Ú' | 'Ü' | 'Ű' => 'u',
        c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
        _ => '-',
    };
    name.chars().map(plain).collect()
}
