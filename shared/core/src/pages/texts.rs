//! Every text of the pages: a struct of fields, with one instance for each language, so that the
//! compiler proves that none is missing.

mod english;
mod hungarian;

use super::language::Language;
use super::notice::Notice;
use crate::domain::{Resource, WebhookEvent};
use crate::storage::RunFailure;

/// A struct of texts that can be listed by name, for tests.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $name {
            $($(#[$field_doc])* pub(super) $field: &'static str,)*
        }

        impl $name {
            #[cfg(test)]
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($field), self.$field),)*]
            }
        }
    };
}

/// All texts in one language. What stands in braces is filled in.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) notices: Notices,
    pub(super) common: Common,
    pub(super) connect: Connect,
    pub(super) standing: Standing,
    pub(super) card: Card,
    pub(super) settings: Settings,
    pub(super) sharing: Sharing,
    pub(super) webhooks: Webhooks,
    pub(super) runs: Runs,
}

/// One notice in one language.
#[derive(Debug)]
pub(super) struct NoticeText {
    pub(super) title: &'static str,
    /// What happened.
    pub(super) what: &'static str,
    /// What to do now; empty where there is nothing to do.
    pub(super) next: &'static str,
}

/// The notices by name.
#[derive(Debug)]
pub(super) struct Notices {
    pub(super) client_refused: NoticeText,
    pub(super) platform_unavailable: NoticeText,
    pub(super) uninstalled: NoticeText,
    pub(super) malformed: NoticeText,
    pub(super) not_signed: NoticeText,
    pub(super) expired: NoticeText,
    pub(super) outdated: NoticeText,
    pub(super) session_over: NoticeText,
    pub(super) unavailable: NoticeText,
    /// Where the browser has reloaded the store's page and knows no session any more.
    pub(super) shell: NoticeText,
}

texts! {
    /// What several pages say.
    Common {
        /// What the button to the other language is called, in that language.
        other_language,
        products, orders, customers, products_inside, orders_inside, customers_inside,
        webhooks_inside,
        refresh,
    }
}

texts! {
    /// The page on which an install begins.
    Connect {
        title, lead, steps_title, step_name, step_approve, step_wait,
        label, hint, submit, error, read_title, read,
    }
}

texts! {
    /// How the store stands: the head of its page, what to do, and what came of an action.
    Standing {
        connected, troubled, all_well, being_read, needs_you, withheld_all, failing,
        schedule_off,
        todo,
        refused_title, refused_what, refused_next, refused_paused, refused_link,
        permission_title, permission_what, permission_next, permission_link,
        silent_title, silent_what, silent_next,
        said_sync, said_scheduled, said_shared, said_withheld, said_already, said_refused,
        announce_busy, announce_well, announce_care,
    }
}

texts! {
    /// One kind of records.
    Card {
        title, last, never, next, soon, off, changes, no_change, set_aside,
        running, starting, page_of, pages_so_far, sweeping, waiting,
        lacking, failed, withheld, erasing, newest_order,
    }
}

texts! {
    /// How often, and now.
    Settings {
        title, sync_now, sync_hint, legend, enabled, frequency, save,
        quarter_hourly, half_hourly, hourly, six_hourly, daily,
    }
}

texts! {
    /// What the assistant may use.
    Sharing {
        title, lead, shared, withheld, erasing, off, off_what, off_confirm, on,
    }
}

texts! {
    /// What the platform sends webhooks of.
    Webhooks {
        title, lead, works, works_since, not_yet, silent,
        order_placed, order_changed, abandoned_cart, product, customer,
    }
}

texts! {
    /// The last runs.
    Runs {
        title, when, what, result, full, incremental,
        completed, failed, running, interrupted, unswept,
        client_refused, missing_permission, platform_unavailable, platform_answer, stopped,
        withheld, internal,
    }
}

impl Texts {
    /// Those of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Hungarian => &hungarian::TEXTS,
            Language::English => &english::TEXTS,
        }
    }

    pub(super) fn notice(&self, notice: Notice) -> &NoticeText {
        let notices = &self.notices;
        match notice {
            Notice::ClientRefused => &notices.client_refused,
            Notice::PlatformUnavailable => &notices.platform_unavailable,
            Notice::Uninstalled => &notices.uninstalled,
            Notice::Malformed => &notices.malformed,
            Notice::NotSigned => &notices.not_signed,
            Notice::Expired => &notices.expired,
            Notice::Outdated => &notices.outdated,
            Notice::SessionOver => &notices.session_over,
            Notice::Unavailable => &notices.unavailable,
        }
    }

    /// A kind of records, as a heading.
    pub(super) fn resource(&self, resource: Resource) -> &'static str {
        match resource {
            Resource::Products => self.common.products,
            Resource::Orders => self.common.orders,
            Resource::Customers => self.common.customers,
        }
    }

    /// The same within a sentence.
    pub(super) fn resource_inside(&self, resource: Resource) -> &'static str {
        match resource {
            Resource::Products => self.common.products_inside,
            Resource::Orders => self.common.orders_inside,
            Resource::Customers => self.common.customers_inside,
        }
    }

    /// What a webhook tells of.
    pub(super) fn webhook(&self, event: WebhookEvent) -> &'static str {
        let texts = &self.webhooks;
        match event {
            WebhookEvent::OrderConfirm | WebhookEvent::OrderCreate => texts.order_placed,
            WebhookEvent::OrderStatusChange | WebhookEvent::OrderUpdate => texts.order_changed,
            WebhookEvent::AbandonedCart => texts.abandoned_cart,
            WebhookEvent::ProductCreate
            | WebhookEvent::ProductUpdate
            | WebhookEvent::ProductDelete => texts.product,
            WebhookEvent::CustomerCreate | WebhookEvent::CustomerUpdate => texts.customer,
        }
    }

    /// Why a run gave up. Runs of before the kinds were kept have none.
    pub(super) fn failure(&self, failure: Option<RunFailure>, platform: &str) -> String {
        let text = match failure {
            Some(RunFailure::ClientRefused) => self.runs.client_refused,
            Some(RunFailure::MissingPermission) => self.runs.missing_permission,
            Some(RunFailure::PlatformUnavailable) => self.runs.platform_unavailable,
            Some(RunFailure::PlatformAnswer) => self.runs.platform_answer,
            Some(RunFailure::Stopped) => self.runs.stopped,
            Some(RunFailure::Withheld) => self.runs.withheld,
            Some(RunFailure::Internal) | None => self.runs.internal,
        };
        fill(text, &[("platform", platform)])
    }
}

/// `text` with what stands in braces replaced. What is filled in is not looked at again.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = behind.split_once('}') else { break };
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests;
