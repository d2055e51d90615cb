//! All texts of the pages: structs with one instance per language, so that the compiler proves that
//! none is missing.

mod english;
mod hungarian;

use super::language::Language;
use crate::domain::{OptionalData, Resource, WebhookEvent};
use crate::storage::RunFailure;

/// Defines a struct of texts, which tests can list by name.
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

/// All texts in one language. Names in braces are placeholders for [`fill`].
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) notices: Notices,
    pub(super) common: Common,
    pub(super) connect: Connect,
    pub(super) standing: Standing,
    pub(super) optional: Optional,
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
    /// Shown when the store's page is reloaded and the browser has no session.
    pub(super) shell: NoticeText,
}

texts! {
    /// Texts of several pages.
    Common {
        /// Label of the button that switches the language, in the other language.
        other_language,
        products, orders, customers, products_inside, orders_inside, customers_inside,
        webhooks_inside,
        refresh,
    }
}

texts! {
    /// The connect page.
    Connect {
        title, lead, steps_title, step_name, step_approve, step_wait,
        label, hint, submit, error, read_title, read,
    }
}

texts! {
    /// The store's status: head of its page, required actions and results of actions.
    Standing {
        connected, troubled, all_well, being_read, needs_you, nothing_shared, failing,
        schedule_off,
        todo,
        refused_title, refused_what, refused_next, refused_paused, refused_link,
        permission_title, permission_what, permission_next, permission_link,
        without_title, without_what, without_next,
        silent_title, silent_what, silent_next,
        result_sync, result_scheduled, result_shared, result_not_shared, result_already, result_refused,
        spoken_busy, spoken_well, spoken_care,
    }
}

texts! {
    /// Data that the app does without, at the beginning of a sentence.
    Optional {
        languages, settings, order_statuses, currencies, categories, manufacturers, attributes,
        stock_statuses, pages, shipping, shipping_tax, payment, other,
    }
}

texts! {
    /// Card of one kind of records.
    Card {
        title, last, never, next, soon, off, changes, no_change, set_aside,
        running, starting, page_of, pages_so_far, sweeping, waiting,
        permission_missing, failed, not_shared, erasing, newest_order,
    }
}

texts! {
    /// Sync settings.
    Settings {
        title, sync_now, sync_hint, legend, enabled, frequency, save,
        quarter_hourly, half_hourly, hourly, six_hourly, daily,
    }
}

texts! {
    /// Sharing with the assistant.
    Sharing {
        title, lead, shared, not_shared, erasing, off, off_what, off_confirm, on,
    }
}

texts! {
    /// Webhooks.
    Webhooks {
        title, lead, works, works_since, not_yet, silent,
        order_placed, order_changed, abandoned_cart, product, customer,
    }
}

texts! {
    /// Latest runs.
    Runs {
        title, when, what, result, full, incremental,
        completed, failed, running, interrupted, unswept,
        client_refused, missing_permission, platform_unavailable, platform_answer, stopped,
        not_shared, internal,
    }
}

impl Texts {
    /// The texts of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Hungarian => &hungarian::TEXTS,
            Language::English => &english::TEXTS,
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

    /// A kind of records, within a sentence.
    pub(super) fn resource_inside(&self, resource: Resource) -> &'static str {
        match resource {
            Resource::Products => self.common.products_inside,
            Resource::Orders => self.common.orders_inside,
            Resource::Customers => self.common.customers_inside,
        }
    }

    /// Data that records are read without.
    pub(super) fn optional_data(&self, data: OptionalData) -> &'static str {
        let texts = &self.optional;
        match data {
            OptionalData::Languages => texts.languages,
            OptionalData::Settings => texts.settings,
            OptionalData::OrderStatuses => texts.order_statuses,
            OptionalData::Currencies => texts.currencies,
            OptionalData::Categories => texts.categories,
            OptionalData::Manufacturers => texts.manufacturers,
            OptionalData::Attributes => texts.attributes,
            OptionalData::StockStatuses => texts.stock_statuses,
            OptionalData::Pages => texts.pages,
            OptionalData::Shipping => texts.shipping,
            OptionalData::ShippingTax => texts.shipping_tax,
            OptionalData::Payment => texts.payment,
            OptionalData::Other => texts.other,
        }
    }

    /// Description of a webhook event.
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

    /// Why a run failed. Older runs have no recorded kind of failure.
    pub(super) fn failure(&self, failure: Option<RunFailure>, platform: &str) -> String {
        let text = match failure {
            Some(RunFailure::ClientRefused) => self.runs.client_refused,
            Some(RunFailure::MissingPermission) => self.runs.missing_permission,
            Some(RunFailure::PlatformUnavailable) => self.runs.platform_unavailable,
            Some(RunFailure::PlatformAnswer) => self.runs.platform_answer,
            Some(RunFailure::Stopped) => self.runs.stopped,
            Some(RunFailure::NotShared) => self.runs.not_shared,
            Some(RunFailure::Internal) | None => self.runs.internal,
        };
        fill(text, &[("platform", platform)])
    }
}

/// Replaces the placeholders in `text`. Placeholders in filled-in values are not replaced.
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
