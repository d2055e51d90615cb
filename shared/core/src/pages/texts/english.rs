//! English.

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

const OPEN_FROM_ADMIN: &str = "Open the app from the shop's admin.";

const NOTICES: Notices = Notices {
    client_refused: NoticeText {
        title: "{platform} denied the app access",
        what: "{platform} denied access to this shop. This happens if the app was removed in the \
               meantime.",
        next: "Remove the app in the shop's admin and install it again. If that does not help, \
               contact our support.",
    },
    platform_unavailable: NoticeText {
        title: "{platform} is not answering",
        what: "The installation has started, but {platform} cannot be reached right now. Nothing \
               is lost.",
        next: "Open the app again in a few minutes: the installation will continue.",
    },
    uninstalled: NoticeText {
        title: "The app has been removed",
        what: "ShopCall.ai no longer has access to the shop.",
        next: "",
    },
    malformed: NoticeText {
        title: "The request is incomplete or malformed",
        what: "The address that was opened or the form that was sent is incomplete or contains \
               errors.",
        next: OPEN_FROM_ADMIN,
    },
    not_signed: NoticeText {
        title: "The address has no valid signature",
        what: "We could not verify that the request came from {platform}, so it was refused.",
        next: OPEN_FROM_ADMIN,
    },
    expired: NoticeText {
        title: "The address has expired",
        what: "The address that was opened was valid for five minutes only.",
        next: "Open the app from the shop's admin again.",
    },
    outdated: NoticeText {
        title: "This address belongs to an earlier install",
        what: "The app has since been removed from the shop.",
        next: "Install the app again in the shop's admin.",
    },
    session_over: NoticeText {
        title: "Your session has expired",
        what: "For security, this page can be used for one hour, and only while the app is \
               installed. Nothing is lost.",
        next: "Open the app from the shop's admin again.",
    },
    unavailable: NoticeText {
        title: "Something went wrong temporarily",
        what: "The request could not be processed right now. Nothing is lost.",
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
    webhooks_inside: "instant notifications",
    refresh: "Refresh",
};

const CONNECT: Connect = Connect {
    title: "Connect your {platform} shop",
    lead: "ShopCall.ai's phone assistant answers calls using the shop's product, order and \
           customer data.",
    steps_title: "How it works",
    step_name: "Enter the shop's name: we will open the shop's admin.",
    step_approve: "Log in there and approve the installation of the app.",
    step_wait: "We read the shop's data within a few minutes. You do not have to do anything else.",
    label: "The shop's name",
    hint: "The first part of its {platform} address, for example: {example}. You can also paste \
           the whole address.",
    submit: "Continue to the shop's admin",
    error: "This is not a valid {platform} shop name. A name consists of letters, digits and \
            hyphens, for example: {example}.",
    read_title: "What do we read?",
    read: "Products, orders and customers. You can stop sharing any of them later; when the app is \
           removed, we erase everything.",
};

const STANDING: Standing = Standing {
    connected: "The shop is connected",
    troubled: "The connection is interrupted",
    all_well: "The assistant works with the shop's latest data.",
    being_read: "The data is being read. You can close this page in the meantime.",
    needs_you: "Something needs your attention.",
    nothing_shared: "The assistant sees none of the shop's data.",
    failing: "Not all data is up to date: the last synchronisation failed. We will try again \
              automatically.",
    schedule_off: "Regular synchronisation is switched off.",
    todo: "What to do",
    refused_title: "{platform} denied the app access",
    refused_what: "{platform} has denied access to this shop since {since}. This happens if the \
                   app was removed in the meantime.",
    refused_next: "Open the app in the shop's admin again. If that does not help, remove it and \
                   install it again.",
    refused_paused: "Regular synchronisation is paused until then.",
    refused_link: "Open the shop's admin",
    permission_title: "A permission is missing",
    permission_what: "Without it, we have no access to: {what}.",
    permission_next: "The shop's owner can grant the permission. Then open the app again.",
    permission_link: "Grant the permission",
    without_title: "Some of the shop's data is missing",
    without_what: "The assistant works without it, but does not know the following. The missing \
                   permission is in brackets.",
    without_next: "The shop's owner can grant the permissions. The next synchronisation then reads \
                   the data.",
    silent_title: "Instant notifications do not arrive",
    silent_what: "{platform} did not notify us of every order. We have registered the \
                  notifications again; until they arrive, orders are updated by the next \
                  synchronisation.",
    silent_next: "If this continues for several days, please check in the shop's admin that the \
                  webhooks named “ShopCall” are switched on.",
    result_sync: "The synchronisation is about to start.",
    result_scheduled: "The setting is saved.",
    result_shared: "{what}: shared again. The synchronisation is about to start.",
    result_not_shared: "{what}: no longer shared. We have begun to erase what we stored.",
    result_already: "This has been done already and was not repeated.",
    result_refused: "This could not be done now. Please try again.",
    spoken_busy: "Synchronising.",
    spoken_well: "The synchronisation is complete; the data is up to date.",
    spoken_care: "Something needs your attention.",
};

const OPTIONAL: Optional = Optional {
    languages: "Languages of the shop's texts",
    settings: "The shop's time zone, phone number and address",
    order_statuses: "Names of order statuses",
    currencies: "Currencies",
    categories: "Names of categories",
    manufacturers: "Names of manufacturers",
    attributes: "Product attributes, such as size and colour",
    stock_statuses: "Availability in words",
    pages: "Opening hours, terms and other pages",
    shipping: "Shipping methods and fees",
    shipping_tax: "The tax on shipping fees",
    payment: "Payment methods",
    other: "Other data",
};

const CARD: Card = Card {
    title: "Synchronised data",
    last: "Updated",
    never: "not yet",
    next: "Next",
    soon: "soon",
    off: "switched off",
    changes: "{written} new or changed, {deleted} deleted",
    no_change: "nothing had changed",
    set_aside: "{count} could not be processed",
    running: "Synchronising",
    starting: "starting…",
    page_of: "{done} of {all} pages",
    pages_so_far: "{done} pages so far",
    sweeping: "checking for deleted records",
    waiting: "The first synchronisation is about to start.",
    permission_missing: "Cannot be read: a permission is missing.",
    failed: "The last synchronisation failed.",
    not_shared: "Not shared with the assistant.",
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
    not_shared: "not shared",
    erasing: "being erased",
    off: "Stop sharing",
    off_what: "The assistant will no longer see this data, and we will erase what we have stored. \
               Nothing changes in the shop, and you can share it again at any time.",
    off_confirm: "Stop sharing and erase",
    on: "Share again",
};

const WEBHOOKS: Webhooks = Webhooks {
    title: "Instant notifications",
    lead: "{platform} tells us as soon as one of these happens.",
    works: "working",
    works_since: "working, last received on {when}",
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
    unswept: "Deleted records were not checked for; the next synchronisation does so.",
    client_refused: "{platform} denied access.",
    missing_permission: "A permission is missing.",
    platform_unavailable: "{platform} did not answer.",
    platform_answer: "{platform}'s answer could not be processed.",
    stopped: "It was stopped or ran out of time.",
    not_shared: "Sharing was switched off in the meantime.",
    internal: "Something went wrong on our side.",
};
