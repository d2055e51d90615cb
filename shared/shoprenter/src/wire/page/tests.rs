use proptest::prelude::*;

use super::super::language::Languages;
use super::*;

fn ids(body: &str) -> Vec<String> {
    decode_page(body).unwrap().items.into_iter().filter_map(resource_id).collect()
}

#[test]
fn page_numbers_may_be_strings_or_numbers() {
    for body in [
        r#"{"page":"1","pageCount":"7","limit":"2","next":{"href":"x"},"items":[{"id":"a"},{"id":"b"}]}"#,
        r#"{"page":1,"pageCount":7,"limit":2,"next":{"href":"x"},"items":[{"id":"a"},{"id":"b"}]}"#,
    ] {
        let page = decode_page(body).unwrap();
        assert_eq!((page.page, page.page_count, page.has_next), (Some(1), Some(7), true));
        assert_eq!(page.items.len(), 2);
    }
}

#[test]
fn null_next_means_last_page() {
    for next in ["null", "{}", "[]", "\"\"", "false"] {
        let body =
            format!(r#"{{"page":"6","pageCount":"9","next":{next},"items":[{{"id":"a"}}]}}"#);
        assert!(!decode_page(&body).unwrap().has_next, "{next}");
    }
}

#[test]
fn missing_next_falls_back_to_page_count() {
    let more = r#"{"page":"5","pageCount":"7","items":[]}"#;
    let last = r#"{"page":"6","pageCount":"7","items":[]}"#;
    assert!(decode_page(more).unwrap().has_next);
    assert!(!decode_page(last).unwrap().has_next);
}

#[test]
fn full_page_without_next_may_have_successor() {
    assert!(decode_page(r#"{"page":0,"limit":"2","items":[{},{}]}"#).unwrap().has_next);
    assert!(!decode_page(r#"{"page":0,"limit":"2","items":[{"id":1}]}"#).unwrap().has_next);
}

#[test]
fn single_item_may_be_a_bare_object() {
    assert_eq!(ids(r#"{"page":0,"next":null,"items":{"id":"a","sku":"s"}}"#), ["a"]);
}

#[test]
fn single_item_may_be_a_bare_link() {
    let body = r#"{"href":"https://a.example/languages?code=en&page=0&limit=25","page":"0",
        "limit":"25","previous":null,"next":null,
        "last":{"href":"https://a.example/languages?code=en&page=0&limit=25"},
        "items":{"href":"https://a.example/languages/TDQ="}}"#;
    let page = decode_page(body).unwrap();
    assert_eq!((page.page_count, page.has_next), (None, false));
    assert_eq!(ids(body), ["TDQ="]);
    let mut languages = Languages::default();
    languages.add(&page.items);
    assert_eq!(languages, Languages::default());
}

#[test]
fn page_count_of_zero_with_items_is_no_count() {
    let page = |next: &str, limit: u8| {
        let body = format!(
            r#"{{"page":"0","pageCount":"0","limit":"{limit}",{next}
                "items":[{{"id":"YTY5"}},{{"id":"YTcw"}},{{"id":"YTcy"}}]}}"#
        );
        let page = decode_page(&body).unwrap();
        (page.page_count, page.has_next, page.items.len())
    };
    assert_eq!(page(r#""next":null,"#, 25), (None, false, 3));
    assert_eq!(page("", 25), (None, false, 3));
    assert_eq!(page("", 3), (None, true, 3));
    let empty = r#"{"page":"0","pageCount":"0","limit":"25","next":null,"items":[]}"#;
    assert_eq!(decode_page(empty).unwrap().page_count, Some(0));
}

#[test]
fn page_may_have_only_its_limit() {
    let body = r#"{"items":[{"id":"bDE="},{"id":"bDI="}],"page":0,"limit":25}"#;
    let page = decode_page(body).unwrap();
    assert_eq!((page.items.len(), page.page_count, page.has_next), (2, None, false));
}

#[test]
fn every_empty_value_means_no_items() {
    for body in [
        "[]",
        "{}",
        " [ ] ",
        r#"{"page":0}"#,
        r#"{"page":0,"items":{}}"#,
        r#"{"page":0,"items":[]}"#,
        r#"{"items":null}"#,
        r#"{"items":""}"#,
        r#"{"response":[]}"#,
    ] {
        let page = decode_page(body).unwrap();
        assert!(page.items.is_empty() && !page.has_next, "{body}");
    }
}

#[test]
fn response_wrapper_is_accepted() {
    let page = decode_page(
        r#"{"response":{"page":"0","pageCount":"1","limit":"25","next":null,"items":[{"id":"a"}]}}"#,
    )
    .unwrap();
    assert_eq!((page.page, page.page_count, page.items.len()), (Some(0), Some(1), 1));
}

#[test]
fn links_yield_the_ids_of_the_collection() {
    let body = r#"{"page":"0","limit":"3","next":null,"items":[
        {"href":"https://old.example/productExtend/cHJvZHVjdD0x"},
        {"href":"https://old.example/productExtend/cHJvZHVjdD0y"}]}"#;
    assert_eq!(ids(body), ["cHJvZHVjdD0x", "cHJvZHVjdD0y"]);
}

#[test]
fn brief_pages_count_from_one() {
    let body = |page| {
        format!(r#"{{"items":[{{"id":1}}],"pagination":{{"total":"5","page":{page},"limit":2}}}}"#)
    };
    let (second, third) = (body(2), body(3));
    let (second, third) = (decode_page(&second).unwrap(), decode_page(&third).unwrap());
    assert_eq!((second.page, second.page_count, second.has_next), (Some(2), Some(3), true));
    assert_eq!((third.page, third.page_count, third.has_next), (Some(3), Some(3), false));
}

#[test]
fn undecodable_item_does_not_fail_the_page() {
    let body = r#"{"page":0,"items":[{"id":"a"}, 7, "x", [[[]]], {"id":{"b":1}}, {"id":"z"}]}"#;
    assert_eq!(decode_page(body).unwrap().items.len(), 6);
}

#[test]
fn other_json_is_never_an_empty_page() {
    let nested = format!("{}[]{}", r#"{"response":"#.repeat(9), "}".repeat(9));
    for (body, error) in [
        ("", PageError::NotJson),
        ("<?xml version=\"1.0\"?><response/>", PageError::NotJson),
        ("{\"items\":[{\"id\":\"a\"}", PageError::NotJson),
        ("null", PageError::NotAPage),
        ("7", PageError::NotAPage),
        (r#"{"error":{"code":40101}}"#, PageError::NotAPage),
        (r#"{"items":"none"}"#, PageError::NotAPage),
        (nested.as_str(), PageError::NotAPage),
    ] {
        assert_eq!(decode_page(body).unwrap_err(), error, "{body}");
    }
}

#[test]
fn page_with_too_many_items_is_refused() {
    let body = format!(r#"{{"page":0,"items":[{}]}}"#, vec!["{}"; MAX_ITEMS + 1].join(","));
    assert_eq!(decode_page(&body).unwrap_err(), PageError::TooManyItems);
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let bomb = format!("{}1{}", "[".repeat(500_000), "]".repeat(500_000));
    let body = format!(r#"{{"page":0,"next":null,"items":[{{"x":{bomb}}}]}}"#);
    assert_eq!(decode_page(&body).unwrap().items.len(), 1);
}

#[test]
fn byte_order_mark_and_invalid_utf8_are_tolerated() {
    let body = b"\xef\xbb\xbf{\"items\":[{\"id\":\"a\",\"name\":\"b\xf6gre\"}]}";
    assert_eq!(ids(&body_text(body)), ["a"]);
}

proptest! {
    #[test]
    fn any_bytes_decode_without_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode_page(&body_text(&body));
    }

    #[test]
    fn any_field_values_decode_without_panic(
        field in prop::sample::select(vec![
            "response", "page", "pageCount", "limit", "next", "items", "pagination",
        ]),
        value in super::super::arbitrary::json(),
    ) {
        let mut body = serde_json::json!({"page": 0, "limit": 2, "items": []});
        body[field] = value;
        let _ = decode_page(&body.to_string());
    }
}
