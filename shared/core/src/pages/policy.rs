//! What a page may load, and who may frame it.

use http::header::{CONTENT_SECURITY_POLICY, HeaderValue, VARY};
use http::{HeaderMap, StatusCode};

use crate::runtime::http::{Answer, with_body};

/// What a page does besides showing itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behaviour<'a> {
    /// Nothing.
    None,
    /// It has a form that leads to these places by redirects, each of which counts.
    Form(&'a [&'a str]),
    /// It has forms and a script that fetches the page anew.
    Script,
}

/// A page as an answer. Its icon lies in the page itself. Those origins alone may frame it; without
/// any, nobody may.
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
    let does = match behaviour {
        Behaviour::None => "form-action 'none'".to_owned(),
        Behaviour::Form(places) => format!("form-action 'self' {}", places.join(" ")),
        Behaviour::Script => "script-src 'self'; connect-src 'self'; form-action 'self'".to_owned(),
    };
    let ancestors: Vec<&str> = frame_ancestors.iter().map(AsRef::as_ref).collect();
    let ancestors = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
    format!(
        "default-src 'none'; style-src 'self'; img-src data:; {does}; base-uri 'none'; frame-ancestors {ancestors}"
    )
}

/// Where an origin cannot be part of a header, the stricter policy of every answer stays.
fn set_policy(headers: &mut HeaderMap, policy: &str) {
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: [&str; 0] = [];

    #[test]
    fn a_page_loads_its_style_and_nothing_else() {
        let policy = policy(Behaviour::None, &NOBODY);
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src data:; form-action 'none'; \
             base-uri 'none'; frame-ancestors 'none'"
        );
    }

    #[test]
    fn only_a_page_with_behaviour_runs_a_script() {
        assert!(policy(Behaviour::Script, &NOBODY).contains("script-src 'self'; connect-src"));
        assert!(!policy(Behaviour::Form(&["https://a"]), &NOBODY).contains("script"));
    }

    #[test]
    fn what_cannot_be_part_of_a_header_frames_nothing() {
        let answer = page(StatusCode::OK, String::new(), Behaviour::Script, &["a\r\nx: y"]);
        let policy = &answer.headers()[CONTENT_SECURITY_POLICY];
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
    }
}
