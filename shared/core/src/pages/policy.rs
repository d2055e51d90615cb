//! Content security policies of pages.

use http::header::{CONTENT_SECURITY_POLICY, HeaderValue, VARY};
use http::{HeaderMap, StatusCode};

use crate::runtime::http::{Answer, with_body};

/// Active content of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behaviour<'a> {
    /// None.
    None,
    /// A form that redirects to these sources; `form-action` applies to each redirect.
    Form(&'a [&'a str]),
    /// Forms, and a script that reloads the page's content.
    Script,
}

/// Builds the answer for a page, whose icon is a data URL. Only `frame_ancestors` may frame it; if
/// empty, it may not be framed.
pub(super) fn page(
    status: StatusCode,
    html: String,
    behaviour: Behaviour<'_>,
    frame_ancestors: &[impl AsRef<str>],
) -> Answer {
    let mut answer = with_body(status, "text/html; charset=utf-8", html);
    let headers = answer.headers_mut();
    set_policy(headers, &policy(behaviour, frame_ancestors));
    headers.insert(VARY, HeaderValue::from_static("accept-language"));
    answer
}

fn policy(behaviour: Behaviour<'_>, frame_ancestors: &[impl AsRef<str>]) -> String {
    let directives = match behaviour {
        Behaviour::None => "form-action 'none'".to_owned(),
        Behaviour::Form(targets) => format!("form-action 'self' {}", targets.join(" ")),
        Behaviour::Script => "script-src 'self'; connect-src 'self'; form-action 'self'".to_owned(),
    };
    let ancestors: Vec<&str> = frame_ancestors.iter().map(AsRef::as_ref).collect();
    let ancestors = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
    format!(
        "default-src 'none'; style-src 'self'; img-src data:; {directives}; base-uri 'none'; frame-ancestors {ancestors}"
    )
}

/// Sets the policy. If an origin is not a valid header value, the stricter default policy remains.
fn set_policy(headers: &mut HeaderMap, policy: &str) {
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_ORIGIN: [&str; 0] = [];

    #[test]
    fn page_loads_only_its_style() {
        let policy = policy(Behaviour::None, &NO_ORIGIN);
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src data:; form-action 'none'; \
             base-uri 'none'; frame-ancestors 'none'"
        );
    }

    #[test]
    fn only_scripted_page_allows_scripts() {
        assert!(policy(Behaviour::Script, &NO_ORIGIN).contains("script-src 'self'; connect-src"));
        assert!(!policy(Behaviour::Form(&["https://a"]), &NO_ORIGIN).contains("script"));
    }

    #[test]
    fn invalid_frame_origin_forbids_framing() {
        let answer = page(StatusCode::OK, String::new(), Behaviour::Script, &["a\r\nx: y"]);
        let policy = &answer.headers()[CONTENT_SECURITY_POLICY];
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
    }
}
