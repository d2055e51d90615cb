//! Parses a request's path and query.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::Problem;
use crate::domain::{PlatformId, StoreId};

/// Splits a path at its slashes. Gateways pass the path raw or percent-decoded, which makes no
/// difference: no valid segment contains a percent sign.
pub fn segments(path: &str) -> Result<Vec<Cow<'_, str>>, Problem> {
    let decoded: Vec<_> = path
        .strip_prefix('/')
        .unwrap_or(path)
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8().map_err(|_| Problem::NotFound))
        .collect::<Result<_, _>>()?;
    if decoded.iter().any(|segment| segment.is_empty()) {
        return Err(Problem::NotFound);
    }
    Ok(decoded)
}

/// Parses a path segment as a store id.
pub fn store_of(segment: &str) -> Result<StoreId, Problem> {
    segment.parse().map_err(|_| Problem::BadRequest("store_id in the path is <platform>:<shop>"))
}

/// Splits a path such as `/auth/<platform>/callback` into the platform and the path with
/// `{platform}` in its place.
pub fn platform_of(path: &str) -> Option<(PlatformId, String)> {
    let mut parts = path.splitn(4, '/');
    let (before, first, platform) = (parts.next()?, parts.next()?, parts.next()?);
    let rest = parts.next()?;
    let platform = PlatformId::parse(platform).ok().filter(|_| before.is_empty())?;
    Some((platform, format!("/{first}/{{platform}}/{rest}")))
}

/// The values of the named parameters, each allowed at most once. Any other parameter is `unknown`.
pub fn parameters<'a, const N: usize>(
    raw_query: &'a str,
    names: [&str; N],
    unknown: Problem,
) -> Result<[Option<Cow<'a, str>>; N], Problem> {
    const REPEATED: Problem = Problem::BadRequest("a parameter of the query comes twice");
    let mut values = [const { None }; N];
    for (name, value) in form_urlencoded::parse(raw_query.as_bytes()) {
        let known = names.iter().zip(&mut values).find(|(known, _)| **known == name);
        let (_, place) = known.ok_or(unknown)?;
        if place.replace(value).is_some() {
            return Err(REPEATED);
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_same_parts_decoded_or_not() {
        for path in ["/stores/platform:demo/runs", "/stores/platform%3Ademo/runs"] {
            assert_eq!(segments(path).unwrap(), ["stores", "platform:demo", "runs"]);
        }
        for path in ["", "/", "//stores", "/stores//runs", "/stores/", "/stores/%ff"] {
            assert_eq!(segments(path), Err(Problem::NotFound), "{path}");
        }
    }

    #[test]
    fn unknown_and_repeated_parameters_are_refused() {
        let unknown = Problem::BadRequest("only a and b");
        let read = |query| parameters(query, ["a", "b"], unknown);
        assert_eq!(read("b=1+%C3%A1"), Ok([None, Some("1 \u{e1}".into())]));
        assert_eq!(read(""), Ok([None, None]));
        assert_eq!(read("c=1"), Err(unknown));
        assert!(matches!(read("a=1&a=2"), Err(Problem::BadRequest(_))));
    }
}
