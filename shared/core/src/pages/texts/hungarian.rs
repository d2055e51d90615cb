//! Hungarian.

use super::{
    Card, Common, Connect, NoticeText, Notices, Optional, Runs, Settings, Sharing, Standing, Texts,
    Webhooks,
};

pub(super) static TEXTS: Texts = Texts {
    notices: NOTICES,
    common: COMMON,
    connect: CONNECT,
    standing: STANDING,
    optional: OPTIONAL,
    card: CARD,
    settings: SETTINGS,
    sharing: SHARING,
    webhooks: WEBHOOKS,
    runs: RUNS,
};

const OPEN_FROM_ADMIN: &str = "Nyissa meg az alkalmazást a bolt adminisztrációs felületéről.";

const NOTICES: Notices = Notices {
    client_refused: NoticeText {
        title: "A {platform} nem engedi be az alkalmazást",
        what: "A {platform} nem adott hozzáférést ehhez a bolthoz. Ez akkor fordul elő, ha az \
               alkalmazást közben eltávolították.",
        next: "Távolítsa el az alkalmazást a bolt adminisztrációs felületén, majd telepítse újra. \
               Ha ez sem segít, írjon az ügyfélszolgálatunknak.",
    },
    platform_unavailable: NoticeText {
        title: "A {platform} most nem válaszol",
        what: "A telepítés megkezdődött, de a {platform} most nem elérhető. Semmi sem veszett el.",
        next: "Nyissa meg újra az alkalmazást néhány perc múlva: onnan folytatjuk, ahol \
               abbamaradt.",
    },
    uninstalled: NoticeText {
        title: "Az alkalmazás eltávolítva",
        what: "A ShopCall.ai hozzáférése a bolthoz megszűnt.",
        next: "",
    },
    malformed: NoticeText {
        title: "Hiányos vagy hibás kérés",
        what: "A megnyitott címből vagy az elküldött űrlapból hiányzik valami, vagy nem \
               értelmezhető.",
        next: OPEN_FROM_ADMIN,
    },
    not_signed: NoticeText {
        title: "A cím aláírása nem érvényes",
        what: "A kérésről nem állapítható meg, hogy a {platform} küldte, ezért nem teljesítjük.",
        next: OPEN_FROM_ADMIN,
    },
    expired: NoticeText {
        title: "A cím érvényessége lejárt",
        what: "A megnyitott cím csak öt percig használható.",
        next: "Nyissa meg újra az alkalmazást a bolt adminisztrációs felületéről.",
    },
    outdated: NoticeText {
        title: "Ez a cím egy korábbi telepítéshez tartozik",
        what: "Az alkalmazást azóta eltávolították a boltból.",
        next: "Telepítse újra az alkalmazást a bolt adminisztrációs felületén.",
    },
    session_over: NoticeText {
        title: "A munkamenet véget ért",
        what: "Biztonsági okból ez az oldal egy óráig használható, és csak addig, amíg az \
               alkalmazás telepítve van. Semmi sem veszett el.",
        next: "Nyissa meg újra az alkalmazást a bolt adminisztrációs felületéről.",
    },
    unavailable: NoticeText {
        title: "Átmeneti hiba",
        what: "A kérést most nem tudtuk teljesíteni. Semmi sem veszett el.",
        next: "Próbálja meg újra néhány perc múlva.",
    },
    shell: NoticeText {
        title: "A bolt oldala",
        what: "Ez az oldal a bolt adatait csak akkor mutatja, ha az adminisztrációs felületről \
               nyitják meg.",
        next: OPEN_FROM_ADMIN,
    },
};

const COMMON: Common = Common {
    other_language: "English",
    products: "Termékek",
    orders: "Rendelések",
    customers: "Vásárlók",
    products_inside: "termékek",
    orders_inside: "rendelések",
    customers_inside: "vásárlók",
    webhooks_inside: "azonnali értesítések",
    refresh: "Frissítés",
};

const CONNECT: Connect = Connect {
    title: "{platform}-bolt összekapcsolása",
    lead: "A ShopCall.ai telefonos asszisztense a bolt termékei, rendelései és vásárlói alapján \
           válaszol a hívásokra.",
    steps_title: "Így működik",
    step_name: "Adja meg a bolt nevét: megnyitjuk a bolt adminisztrációs felületét.",
    step_approve: "Ott jelentkezzen be, és hagyja jóvá az alkalmazás telepítését.",
    step_wait: "A bolt adatait néhány perc alatt beolvassuk. Addig sincs teendője.",
    label: "A bolt neve",
    hint: "A {platform}-cím eleje, például: {example}. A teljes címet is beillesztheti.",
    submit: "Tovább az adminisztrációs felületre",
    error: "Ilyen nevű {platform}-bolt nem lehet. A név betűkből, számokból és kötőjelekből áll, \
            például: {example}.",
    read_title: "Mit olvasunk be?",
    read: "Termékeket, rendeléseket és vásárlókat. Bármelyiket később is kikapcsolhatja; az \
           alkalmazás eltávolítása után minden adatot törlünk.",
};

const STANDING: Standing = Standing {
    connected: "A bolt össze van kapcsolva",
    troubled: "A kapcsolat megszakadt",
    all_well: "Az asszisztens a bolt friss adataiból dolgozik.",
    being_read: "Éppen beolvassuk az adatokat. Ezt az oldalt közben bezárhatja.",
    needs_you: "Van, amihez az Ön segítségére van szükség.",
    nothing_shared: "Az asszisztens a bolt egyetlen adatát sem látja.",
    failing: "Nem minden adat friss: a legutóbbi szinkronizálás nem sikerült, de magától \
              újrapróbáljuk.",
    schedule_off: "A rendszeres szinkronizálás ki van kapcsolva.",
    todo: "Teendő",
    refused_title: "A {platform} nem engedi be az alkalmazást",
    refused_what: "A {platform} {since} óta nem ad hozzáférést ehhez a bolthoz. Ez akkor fordul \
                   elő, ha az alkalmazást közben eltávolították.",
    refused_next: "Nyissa meg újra az alkalmazást a bolt adminisztrációs felületén. Ha ez nem \
                   segít, távolítsa el, majd telepítse újra.",
    refused_paused: "A rendszeres szinkronizálás addig szünetel.",
    refused_link: "Az adminisztrációs felület megnyitása",
    permission_title: "Hiányzik egy jogosultság",
    permission_what: "Jogosultság nélkül ezek nem érhetők el: {what}.",
    permission_next: "A jogosultságot a bolt tulajdonosa adhatja meg. Utána nyissa meg újra az \
                      alkalmazást.",
    permission_link: "Jogosultság megadása",
    without_title: "A bolt néhány adata hiányzik",
    without_what: "Az asszisztens ezek nélkül is működik, de az alábbiakat nem ismeri. Zárójelben a \
                   hiányzó jogosultság áll.",
    without_next: "A jogosultságokat a bolt tulajdonosa adhatja meg. Az adatokat ezután a következő \
                   szinkronizálás olvassa be.",
    silent_title: "Nem érkeznek azonnali értesítések",
    silent_what: "A {platform} nem szólt minden rendelésről. Az értesítéseket újra beállítottuk, \
                  és addig is minden rendelés bekerül a következő szinkronizáláskor.",
    silent_next: "Ha ez néhány nap múlva is így van, ellenőrizze a bolt adminisztrációs \
                  felületén, hogy a „ShopCall” nevű webhookok be vannak-e kapcsolva.",
    result_sync: "A szinkronizálás hamarosan elindul.",
    result_scheduled: "A beállítást elmentettük.",
    result_shared: "{what}: ismét megosztva. A beolvasás hamarosan elindul.",
    result_not_shared: "{what}: többé nincs megosztva. A nálunk tárolt adatok törlése elindult.",
    result_already: "Ez már megtörtént, nem ismételtük meg.",
    result_refused: "Ezt most nem tudtuk végrehajtani. Kérjük, próbálja meg újra.",
    spoken_busy: "Szinkronizálás folyamatban.",
    spoken_well: "A szinkronizálás véget ért, az adatok frissek.",
    spoken_care: "Van, amihez az Ön segítségére van szükség.",
};

const OPTIONAL: Optional = Optional {
    languages: "A bolt szövegeinek nyelve",
    settings: "A bolt időzónája, telefonszáma és címe",
    order_statuses: "A rendelési állapotok neve",
    currencies: "Pénznemek",
    categories: "A kategóriák neve",
    manufacturers: "A gyártók neve",
    attributes: "Terméktulajdonságok, például méret és szín",
    stock_statuses: "Az elérhetőség szövege",
    pages: "Nyitvatartás, feltételek és más oldalak",
    shipping: "Szállítási módok és díjak",
    shipping_tax: "A szállítási díjak adója",
    payment: "Fizetési módok",
    other: "Egyéb adatok",
};

const CARD: Card = Card {
    title: "Beolvasott adatok",
    last: "Frissítve",
    never: "még nem",
    next: "Következő",
    soon: "hamarosan",
    off: "kikapcsolva",
    changes: "{written} új vagy módosult, {deleted} törölt",
    no_change: "nem volt változás",
    set_aside: "{count} nem volt értelmezhető",
    running: "Szinkronizálás folyamatban",
    starting: "indul…",
    page_of: "{done} / {all} oldal",
    pages_so_far: "eddig {done} oldal",
    sweeping: "törölt elemek keresése",
    waiting: "Az első beolvasás hamarosan elindul.",
    permission_missing: "Nem olvasható: hiányzik a jogosultság.",
    failed: "Legutóbb nem sikerült.",
    not_shared: "Nincs megosztva az asszisztenssel.",
    erasing: "Nincs megosztva; a tárolt adatok törlése folyamatban van.",
    newest_order: "Legújabb rendelés",
};

const SETTINGS: Settings = Settings {
    title: "Szinkronizálás",
    sync_now: "Szinkronizálás most",
    sync_hint: "Beolvassa, ami a legutóbbi szinkronizálás óta változott.",
    legend: "Rendszeres szinkronizálás",
    enabled: "Bekapcsolva",
    frequency: "Gyakoriság",
    save: "Mentés",
    quarter_hourly: "15 percenként",
    half_hourly: "30 percenként",
    hourly: "óránként",
    six_hourly: "6 óránként",
    daily: "naponta",
};

const SHARING: Sharing = Sharing {
    title: "Mit láthat az asszisztens?",
    lead: "Amit nem oszt meg, azt nem olvassuk be és nem is tároljuk.",
    shared: "megosztva",
    not_shared: "nincs megosztva",
    erasing: "törlés folyamatban",
    off: "Megosztás kikapcsolása",
    off_what: "Az asszisztens ezeket többé nem látja, és ami nálunk el van tárolva belőlük, \
               töröljük. A boltban semmi sem változik, és bármikor visszakapcsolhatja.",
    off_confirm: "Kikapcsolás és törlés",
    on: "Megosztás bekapcsolása",
};

const WEBHOOKS: Webhooks = Webhooks {
    title: "Azonnali értesítések",
    lead: "A {platform} szól, amint ezek közül valami történik.",
    works: "működik",
    works_since: "működik, utoljára {when}",
    not_yet: "még nem működik",
    silent: "nem érkezik, {count} kimaradt",
    order_placed: "Új rendelés",
    order_changed: "Rendelés állapotának változása",
    abandoned_cart: "Elhagyott kosár",
    product: "Termék változása",
    customer: "Vásárló változása",
};

const RUNS: Runs = Runs {
    title: "Legutóbbi szinkronizálások",
    when: "Mikor",
    what: "Mit",
    result: "Eredmény",
    full: "minden",
    incremental: "változások",
    completed: "Kész",
    failed: "Nem sikerült",
    running: "Folyamatban",
    interrupted: "Megszakadt",
    unswept: "A törölt elemek keresése elmaradt, legközelebb pótoljuk.",
    client_refused: "A {platform} nem adott hozzáférést.",
    missing_permission: "Hiányzik egy jogosultság.",
    platform_unavailable: "A {platform} nem válaszolt.",
    platform_answer: "A {platform} válasza nem volt értelmezhető.",
    stopped: "Közben leállították, vagy lejárt az ideje.",
    not_shared: "Közben kikapcsolták a megosztást.",
    internal: "Nálunk történt hiba.",
};
