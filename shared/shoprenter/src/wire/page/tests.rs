use proptest::prelude::*;

use super::*;

fn ids(body: &str) -> Vec<String> {
    decode_page(body).unwrap().items.into_iter().filter_map(resource_id).collect()
}

#[test]
fn numbers_around_the_items_may_be_strings_or_numbers() {
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
fn the_last_page_has_no_next() {
    for next in ["null", "{}", "[]", "\"\"", "false"] {
        let body =
            format!(r#"{{"page":"6","pageCount":"9","next":{next},"items":[{{"id":"a"}}]}}"#);
        assert!(!decode_page(&body).unwrap().has_next, "{next}");
    }
}

#[test]
fn without_a_next_the_number_of_pages_decides() {
    let more = r#"{"page":"5","pageCount":"7","items":[]}"#;
    let last = r#"{"page":"6","pageCount":"7","items":[]}"#;
    assert!(decode_page(more).unwrap().has_next);
    assert!(!decode_page(last).unwrap().has_next);
}

#[test]
fn without_either_a_full_page_may_have_a_successor() {
    assert!(decode_page(r#"{"page":0,"limit":"2","items":[{},{}]}"#).unwrap().has_next);
    assert!(!decode_page(r#"{"page":0,"limit":"2","items":[{"id":1}]}"#).unwrap().has_next);
}

#[test]
fn items_may_be_one_bare_object() {
    assert_eq!(ids(r#"{"page":0,"next":null,"items":{"id":"a","sku":"s"}}"#), ["a"]);
}

#[test]
fn no_items_may_be_written_in_every_empty_way() {
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
fn an_answer_may_be_wrapped_in_a_response() {
    let page = decode_page(
        r#"{"response":{"page":"0","pageCount":"1","limit":"25","next":null,"items":[{"id":"a"}]}}"#,
    )
    .unwrap();
    assert_eq!((page.page, page.page_count, page.items.len()), (Some(0), Some(1), 1));
}

#[test]
fn a_collection_of_links_gives_the_ids_that_exist() {
    let body = r#"{"page":"0","limit":"3","next":null,"items":[
        {"href":"https://old.example/productExtend/cHJvZHVjdD0x"},
        {"href":"https://old.example/productExtend/cHJvZHVjdD0y"}]}"#;
    assert_eq!(ids(body), ["cHJvZHVjdD0x", "cHJvZHVjdD0y"]);
}

#[test]
fn the_briefs_pages_count_from_one() {
    let body = |page| {
        format!(r#"{{"items":[{{"id":1}}],"pagination":{{"total":"5","page":{page},"limit":2}}}}"#)
    };
    let (second, third) = (body(2), body(3));
    let (second, third) = (decode_page(&second).unwrap(), decode_page(&third).unwrap());
    assert_eq!((second.page, second.page_count, second.has_next), (Some(2), Some(3), true));
    assert_eq!((third.page, third.page_count, third.has_next), (Some(3), Some(3), false));
}

#[test]
fn an_undecodable_item_does_not_cost_its_page() {
    let body = r#"{"page":0,"items":[{"id":"a"}, 7, "x", [[[]]], {"id":{"b":1}}, {"id":"z"}]}"#;
    assert_eq!(decode_page(body).unwrap().items.len(), 6);
}

#[test]
fn what_is_not_a_page_is_never_taken_for_an_empty_one() {
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
fn a_page_of_more_items_than_allowed_is_refused() {
    let body = format!(r#"{{"page":0,"items":[{}]}}"#, vec!["{}"; MAX_ITEMS + 1].join(","));
    assert_eq!(decode_page(&body).unwrap_err(), PageError::TooManyItems);
}

#[test]
fn nesting_takes_no_stack() {
    let bomb = format!("{}1{}", "[".repeat(500_000), "]".repeat(500_000));
    let body = format!(r#"{{"page":0,"next":null,"items":[{{"x":{bomb}}}]}}"#);
    assert_eq!(decode_page(&body).unwrap().items.len(), 1);
}

#[test]
fn a_byte_order_mark_and_a_broken_character_cost_nothing_else() {
    let body = b"\xef\xbb\xbf{\"items\":[{\"id\":\"a\",\"name\":\"b\xf6gre\"}]}";
    assert_eq!(ids(&body_text(body)), ["a"]);
}

proptest! {
    #[test]
    fn any_bytes_are_a_page_or_an_error(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode_page(&body_text(&body));
    }

    #[test]
    fn any_value_in_any_field_is_a_page_or_an_error(
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
