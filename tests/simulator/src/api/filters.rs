//! Turns a collection's query parameters into filters.

use jiff::civil::DateTime;

use super::{failure::Failure, query::Query};
use crate::catalogue::{Edge, Filter, Kind, Window};

pub(crate) fn parse(kind: Kind, query: &Query) -> Result<Filter, Failure> {
    let mut filter = Filter::default();
    if kind == Kind::Products {
        filter.created = window(query, "createdAfter", "createdBefore", false)?;
        filter.updated = window(query, "updatedAfter", "updatedBefore", false)?;
        return Ok(filter);
    }
    filter.created = window(query, "createdAtMin", "createdAtMax", true)?;
    filter.updated = window(query, "updatedAtMin", "updatedAtMax", true)?;
    filter.email = query.first("email").map(str::to_owned);
    if kind == Kind::Orders {
        let on = |name: &str| query.first(name) == Some("1");
        filter.without_abandoned = on("excludeAbandonedCart");
        filter.without_storno = on("excludeStorno");
        let number = |name: &str| match query.first(name).map(str::parse) {
            None => Ok(None),
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => Err(Failure::bad_request(format!("{name} is not a number"))),
        };
        filter.inner_id = number("innerId")?;
        filter.inner_id_min = number("innerIdMin")?;
    }
    Ok(filter)
}

/// "After" and "Before" exclude the instant itself, "Min" and "Max" include it; the documentation
/// does not specify this.
fn window(query: &Query, from: &str, until: &str, inclusive: bool) -> Result<Window, Failure> {
    let edge = |name: &str| {
        let Some(text) = query.first(name) else { return Ok(None) };
        let at =
            DateTime::strptime("%Y-%m-%dT%H:%M:%S", text).map_err(|_| Failure::bad_date(name))?;
        Ok(Some(Edge { at, inclusive }))
    };
    Ok(Window { from: edge(from)?, until: edge(until)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_filter_with_zone_is_refused() {
        let parse = |query: &str| parse(Kind::Products, &Query::parse(query));
        assert!(parse("updatedAfter=2013-01-01T10:30:00").is_ok());
        for wrong in ["2013-01-01T10:30:00Z", "2013-01-01", "2013-01-01T10:30:00%2B02:00"] {
            assert!(parse(&format!("updatedAfter={wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn filter_of_another_resource_is_ignored() {
        let query = Query::parse("updatedAfter=2013-01-01T10:30:00&excludeStorno=1");
        let filter = parse(Kind::Orders, &query).expect("a filter");
        assert_eq!(filter, Filter { without_storno: true, ..Filter::default() });
    }
}
