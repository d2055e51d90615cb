//! Checks that a listing was read to its end. Nothing is deleted after an incomplete one.

use crate::domain::IdPage;

/// Upper limit on pages: a million records.
const MAX_PAGES: u64 = 5_000;

/// Reasons to consider a listing incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Incomplete {
    /// A page had no items, and the collection is not empty.
    #[error("a page had no items")]
    EmptyPage,
    /// The list had fewer pages than it announced.
    #[error("it had fewer pages than it said")]
    FewerPages,
    /// A response was not the requested page.
    #[error("a page was not the one that was asked for")]
    OtherPage,
    /// An item had no id.
    #[error("an item had no id")]
    NoId,
    /// The list ended after a page that was not full.
    #[error("it ended in the middle")]
    EndedEarly,
    /// The list did not end.
    #[error("it was endless")]
    Endless,
}

/// A listing being read.
#[derive(Debug, Clone, Default)]
pub(super) struct Walk {
    pages: u64,
    page_count: Option<u64>,
    was_full: bool,
}

impl Walk {
    /// The number of the next page.
    pub(super) fn number(&self) -> u64 {
        self.pages
    }

    /// Takes the next page; returns true if it was the last one.
    pub(super) fn take(&mut self, page: &IdPage) -> Result<bool, Incomplete> {
        if page.number != Some(self.number()) {
            return Err(Incomplete::OtherPage);
        }
        if page.ids.iter().any(Option::is_none) {
            return Err(Incomplete::NoId);
        }
        let is_first = self.pages == 0;
        self.pages += 1;
        self.page_count = page.page_count.or(self.page_count);
        self.was_full = page.is_full;
        if page.ids.is_empty() {
            let is_nothing = is_first && !page.has_next && page.page_count.is_none_or(|n| n == 0);
            return if is_nothing { Ok(true) } else { Err(Incomplete::EmptyPage) };
        }
        if page.has_next {
            return if self.pages < MAX_PAGES { Ok(false) } else { Err(Incomplete::Endless) };
        }
        self.counted().map(|()| true)
    }

    /// Handles a next page past the end, which is valid only after a full page that could have been
    /// the last.
    pub(super) fn past_the_end(&self) -> Result<(), Incomplete> {
        if self.was_full { self.counted() } else { Err(Incomplete::EndedEarly) }
    }

    fn counted(&self) -> Result<(), Incomplete> {
        match self.page_count {
            Some(count) if count > self.pages => Err(Incomplete::FewerPages),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Records on a full page.
    const PAGE: usize = 200;

    /// Page `number` of a valid listing of `total` records.
    fn page(total: usize, number: usize, is_counted: bool) -> IdPage {
        let pages = total.div_ceil(PAGE);
        let here = total.saturating_sub(number * PAGE).min(PAGE);
        IdPage {
            number: Some(number as u64),
            page_count: is_counted.then_some(pages as u64),
            has_next: number + 1 < pages,
            is_full: here == PAGE,
            ids: vec![Some("a".to_owned()); here],
        }
    }

    fn after(pages: &[IdPage]) -> Result<bool, Incomplete> {
        let mut walk = Walk::default();
        let mut ended = Ok(false);
        for page in pages {
            assert_eq!(ended, Ok(false), "it ended before");
            ended = walk.take(page);
        }
        ended
    }

    #[test]
    fn empty_collection_is_a_complete_list() {
        assert_eq!(after(&[page(0, 0, true)]), Ok(true));
        assert_eq!(after(&[page(0, 0, false)]), Ok(true));
        let counted = IdPage { page_count: Some(3), ..page(0, 0, true) };
        assert_eq!(after(&[counted]), Err(Incomplete::EmptyPage));
        let unnumbered = IdPage { number: None, ..page(0, 0, false) };
        assert_eq!(after(&[unnumbered]), Err(Incomplete::OtherPage));
    }

    #[test]
    fn page_without_items_is_incomplete() {
        let empty = IdPage { ids: vec![], has_next: false, ..page(600, 1, false) };
        assert_eq!(after(&[page(600, 0, false), empty]), Err(Incomplete::EmptyPage));
    }

    #[test]
    fn item_without_id_is_incomplete() {
        let mut nameless = page(3, 0, true);
        nameless.ids.push(None);
        assert_eq!(after(&[nameless]), Err(Incomplete::NoId));
    }

    #[test]
    fn past_the_end_is_complete_after_full_page() {
        let mut walk = Walk::default();
        assert_eq!(walk.past_the_end(), Err(Incomplete::EndedEarly));
        walk.take(&IdPage { has_next: true, ..page(200, 0, false) }).unwrap();
        assert_eq!(walk.past_the_end(), Ok(()));
        walk.take(&IdPage { has_next: true, page_count: Some(3), ..page(400, 1, false) }).unwrap();
        assert_eq!(walk.past_the_end(), Err(Incomplete::FewerPages));
        walk.take(&IdPage { has_next: true, ..page(450, 2, false) }).unwrap();
        assert_eq!(walk.past_the_end(), Err(Incomplete::EndedEarly));
    }

    #[test]
    fn endless_list_is_incomplete() {
        let mut walk = Walk::default();
        let endless = (0..=MAX_PAGES).find_map(|number| {
            let page = IdPage {
                number: Some(number),
                has_next: true,
                ids: vec![Some("a".to_owned())],
                page_count: None,
                is_full: false,
            };
            walk.take(&page).err()
        });
        assert_eq!(endless, Some(Incomplete::Endless));
        assert_eq!(walk.number(), MAX_PAGES);
    }

    proptest! {
        /// Checks that the whole list is complete, and any shorter part is not.
        #[test]
        fn only_the_whole_list_is_complete(
            total in 1usize..2_500,
            is_counted: bool,
            broken_off in 0usize..13,
        ) {
            let pages = total.div_ceil(PAGE);
            let mut walk = Walk::default();
            for number in 0..pages {
                let mut page = page(total, number, is_counted);
                if number == broken_off && number + 1 < pages {
                    let emptied = IdPage { ids: vec![], ..page.clone() };
                    prop_assert!(walk.clone().take(&emptied).is_err());
                    page.has_next = false;
                    if is_counted {
                        prop_assert_eq!(walk.take(&page), Err(Incomplete::FewerPages));
                        return Ok(());
                    }
                    page.has_next = true;
                }
                prop_assert_eq!(walk.take(&page), Ok(number + 1 == pages));
            }
        }
    }
}
