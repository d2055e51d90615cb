//! English.

use super::{
    Card, Common, Connect, NoticeText, Notices, Runs, Settings, Sharing, Standing, Texts, Webhooks,
};

pub(super) static TEXTS: Texts = Texts {
    notices: NOTICES,
    common: COMMON,
    connect: CONNECT,
    standing: STANDING,
    card: CARD,
    settings: SETTINGS,
    sharing: SHARING,
    webhooks: WEBHOOKS,
    runs: RUNS,
};

const OPEN_FROM_ADMIN: &str = "Open the app from the shop's admin.";

const NOTICES: Notices = Notices {
    client_refused: NoticeText {
        title: "{platform} does not let the app in",
        what: "{platform} gave no access to this shop. This happens when the app has been removed \
               in the meantime.",
        next: "Remove the app in the shop's admin and install it again. If that does not help, \
               write to our support.",
    },
    platform_unavailable: NoticeText {
        title: "{platform} is not answering",
        what: "The install has begun, but {platform} cannot be reached now. Nothing is lost.",
        next: "Open the app again in a few minutes: it goes on where it stopped.",
    },
    uninstalled: NoticeText {
        title: "The app has been removed",
        what: "ShopCall.ai no longer has access to the shop.",
        next: "",
    },
    malformed: NoticeText {
        title: "The request is incomplete or malformed",
        what: "Something is missing from the address that was opened or the form that was sent, \
               or it cannot be understood.",
        next: OPEN_FROM_ADMIN,
    },
    not_signed: NoticeText {
        title: "The address has no valid signature",
        what: "It cannot be told that the request came from {platform}, so it was refused.",
        next: OPEN_FROM_ADMIN,
    },
    expired: NoticeText {
        title: "The address has expired",
        what: "The address that was opened can be used for five minutes only.",
        next: "Open the app from the shop's admin again.",
    },
    outdated: NoticeText {
        title: "This address belongs to an earlier install",
        what: "The app has been removed from the shop since.",
        next: "Install the app again in the shop's admin.",
    },
    session_over: NoticeText {
        title: "Your session is over",
        what: "For safety this page can be used for an hour, and only while the app is installed. \
               Nothing is lost.",
        next: "Open the app from the shop's admin again.",
    },
    unavailable: NoticeText {
        title: "Something went wrong for a moment",
        what: "The request could not be carried out now. Nothing is lost.",
        next: "Try again in a few minutes.",
    },
    shell: NoticeText {
        title: "The shop's page",
        what: "This page shows the shop's data only when it is opened from the shop's admin.",
        next: OPEN_FROM_ADMIN,
    },
};

const COMMON: Common = Common {
    other_language: "Magyar",
    products: "Products",
    orders: "Orders",
    customers: "Customers",
    products_inside: "products",
    orders_inside: "orders",
    customers_inside: "customers",
    webhooks_inside: "instant notices",
    refresh: "Refresh",
};

const CONNECT: Connect = Connect {
    title: "Connect your {platform} shop",
    lead: "ShopCall.ai's phone assistant answers calls by what it knows of the shop's products, \
           orders and customers.",
    steps_title: "How it works",
    step_name: "Tell us the shop's name: we open the shop's admin.",
    step_approve: "Log in there and approve the installation of the app.",
    step_wait: "We read the shop's data within a few minutes. There is nothing more to do.",
    label: "The shop's name",
    hint: "How its {platform} address begins, for example: {example}. You can also paste the whole \
           address.",
    submit: "Continue to the shop's admin",
    error: "No {platform} shop can have this name. A name has letters, digits and hyphens, for \
            example: {example}.",
    read_title: "What do we read?",
    read: "Products, orders and customers. You can switch off any of them later; when the app is \
           removed, we erase everything.",
};

const STANDING: Standing = Standing {
    connected: "The shop is connected",
    troubled: "The connection is interrupted",
    all_well: "The assistant works with the shop's latest data.",
    being_read: "The data is being read now. You can close this page meanwhile.",
    needs_you: "There is something that needs your help.",
    withheld_all: "The assistant sees none of the shop's data.",
    failing: "Not all data is up to date: the last synchronisation did not succeed, but we try \
              again by ourselves.",
    schedule_off: "Regular synchronisation is switched off.",
    todo: "What to do",
    refused_title: "{platform} does not let the app in",
    refused_what: "{platform} has given no access to this shop since {since}. This happens when \
                   the app has been removed in the meantime.",
    refused_next: "Open the app in the shop's admin again. If that does not help, remove it and \
                   install it again.",
    refused_paused: "Regular synchronisation is paused until then.",
    refused_link: "Open the shop's admin",
    permission_title: "A permission is missing",
    permission_what: "Without it these cannot be reached: {what}.",
    permission_next: "The shop's owner can grant the permission. Open the app again after that.",
    permission_link: "Grant the permission",
    silent_title: "Instant notices do not arrive",
    silent_what: "{platform} has not told us of every order. We have registered the notices \
                  again, and until they come every order is brought by the next synchronisation.",
    silent_next: "If it stays like this for some days, please check in the shop's admin that the \
                  webhooks named “ShopCall” are switched on.",
    said_sync: "The synchronisation is about to start.",
    said_scheduled: "The setting is saved.",
    said_shared: "{what}: shared again. Reading is about to start.",
    said_withheld: "{what}: no longer shared. We have begun to erase what we stored.",
    said_already: "This has been done already and was not repeated.",
    said_refused: "This could not be done now. Please try again.",
    announce_busy: "Synchronising.",
    announce_well: "The synchronisation has ended, the data is up to date.",
    announce_care: "There is something that needs your help.",
};

const CARD: Card = Card {
    title: "What has been read",
    last: "Updated",
    never: "not yet",
    next: "Next",
    soon: "soon",
    off: "switched off",
    changes: "{written} new or changed, {deleted} deleted",
    no_change: "nothing had changed",
    set_aside: "{count} could not be understood",
    running: "Synchronising",
    starting: "starting…",
    page_of: "{done} of {all} pages",
    pages_so_far: "{done} pages so far",
    sweeping: "looking for what was deleted",
    waiting: "The first reading is about to start.",
    lacking: "Cannot be read: a permission is missing.",
    failed: "It did not succeed last time.",
    withheld: "Not shared with the assistant.",
    erasing: "Not shared; what we stored is being erased.",
    newest_order: "Newest order",
};

const SETTINGS: Settings = Settings {
    title: "Synchronisation",
    sync_now: "Sync now",
    sync_hint: "Reads what has changed since the last synchronisation.",
    legend: "Regular synchronisation",
    enabled: "Switched on",
    frequency: "How often",
    save: "Save",
    quarter_hourly: "every 15 minutes",
    half_hourly: "every 30 minutes",
    hourly: "hourly",
    six_hourly: "every 6 hours",
    daily: "daily",
};

const SHARING: Sharing = Sharing {
    title: "What may the assistant see?",
    lead: "What you do not share is neither read nor stored.",
    shared: "shared",
    withheld: "not shared",
    erasing: "being erased",
    off: "Stop sharing",
    off_what: "The assistant sees these no longer, and we erase what we have stored of them. \
               Nothing changes in the shop, and you can share them again at any time.",
    off_confirm: "Stop sharing and erase",
    on: "Share again",
};

const WEBHOOKS: Webhooks = Webhooks {
    title: "Instant notices",
    lead: "{platform} tells us as soon as one of these happens.",
    works: "working",
    works_since: "working, last on {when}",
    not_yet: "not working yet",
    silent: "not arriving, {count} missed",
    order_placed: "A new order",
    order_changed: "An order's status has changed",
    abandoned_cart: "An abandoned cart",
    product: "A product has changed",
    customer: "A customer has changed",
};

const RUNS: Runs = Runs {
    title: "Latest synchronisations",
    when: "When",
    what: "What",
    result: "Result",
    full: "everything",
    incremental: "changes",
    completed: "Done",
    failed: "Failed",
    running: "In progress",
    interrupted: "Interrupted",
    unswept: "Deleted records were not looked for; that is made up for next time.",
    client_refused: "{platform} gave no access.",
    missing_permission: "A permission is missing.",
    platform_unavailable: "{platform} did not answer.",
    platform_answer: "{platform}'s answer could not be understood.",
    stopped: "It was stopped, or its time was over.",
    withheld: "Sharing was switched off meanwhile.",
    internal: "Something went wrong on our side.",
};
