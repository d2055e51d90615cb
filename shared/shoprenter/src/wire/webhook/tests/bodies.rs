//! Accepted and refused forms of a body.

use shopcall_domain::BodyShape;

use super::*;

/// Asserts that the body decodes to exactly the one order.
fn assert_decodes(content_type: &str, body: impl AsRef<[u8]>) {
    let expected = hint(&payload());
    let body = body.as_ref();
    let found = only_order(decode(content_type, body));
    assert_eq!(found, expected, "{content_type}: {:.200}", String::from_utf8_lossy(body));
}

fn assert_refused(content_type: &str, body: impl AsRef<[u8]>, error: DeliveryError) {
    let body = body.as_ref();
    let shown = String::from_utf8_lossy(body);
    assert_eq!(decode(content_type, body), Err(error), "{content_type}: {shown:.200}");
}

/// The value of `data` as ShopRenter sends it.
fn data() -> String {
    of_orders(&json!([payload()]))
}

#[test]
fn every_documented_encoding_decodes_equally() {
    let data = data();
    for content_type in [JSON, FORM, PARTS, "text/plain; charset=utf-8", "multipart/mixed", ";", ""]
    {
        assert_decodes(content_type, &data);
    }
    for (content_type, body) in [
        (FORM, form(&data)),
        ("Application/X-WWW-Form-Urlencoded; charset=UTF-8", form(&data)),
        (PARTS, parts(&data)),
        ("multipart/form-data; boundary=\"----8f0e2b\"", parts(&data)),
    ] {
        assert_decodes(content_type, body);
    }
    let shape = |content_type, body: &[u8]| decode(content_type, body).unwrap().shape;
    assert_eq!(shape(PARTS, &parts(&data)), Some(BodyShape::Multipart));
    assert_eq!(shape(FORM, &form(&data)), Some(BodyShape::Form));
    assert_eq!(shape(JSON, data.as_bytes()), Some(BodyShape::Json));
}

#[test]
fn parts_may_have_other_headers_and_siblings() {
    let part = |head: &str, content: &str| format!("------8f0e2b\r\n{head}\r\n\r\n{content}\r\n");
    let named = |name: &str| format!("Content-Disposition: form-data; name=\"{name}\"");
    let data = data();
    let own = part(&named("data"), &data);
    let other = part(&named("note"), "{\"innerId\": 1");
    let file = "Content-Disposition: form-data; name=\"data\"; filename=\"a;b.json\"\r\n\
                Content-Type: application/json\r\nContent-Transfer-Encoding: 8bit";
    for parts in [
        format!("{other}{own}"),
        format!("{own}{other}{own}"),
        part(file, &data),
        part(&named("data"), &format!("\u{feff}  \n{data}  \n\n")),
    ] {
        assert_decodes(PARTS, format!("{parts}------8f0e2b--\r\n"));
    }
}

#[test]
fn unreadable_parts_are_refused_by_kind() {
    let part = |head: &str, content: &str| {
        format!("------8f0e2b\r\n{head}\r\n\r\n{content}\r\n------8f0e2b--\r\n")
    };
    let named = "Content-Disposition: form-data; name=\"data\"";
    let encoded = format!("{named}\r\nContent-Transfer-Encoding: base64");
    let whole = parts(&data());
    for (body, error) in [
        (part(&encoded, "eyJvcmRlcnMiOnt9fQ==").into_bytes(), DeliveryError::TransferEncoded),
        (part("Content-Disposition: form-data", "{}").into_bytes(), DeliveryError::UnknownFormat),
        (part(named, "").into_bytes(), DeliveryError::Empty),
        (part(named, "<order/>").into_bytes(), DeliveryError::Malformed),
        (whole[..whole.len() / 2].to_vec(), DeliveryError::Truncated),
        (b"------8f0e2b--\r\n".to_vec(), DeliveryError::UnknownFormat),
    ] {
        assert_refused(PARTS, body, error);
    }
    assert_refused("multipart/form-data", &whole, DeliveryError::UnknownFormat);
    assert_refused("", &whole, DeliveryError::UnknownFormat);
    let compressed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0";
    for content_type in [JSON, FORM, PARTS, ""] {
        assert_refused(content_type, compressed, DeliveryError::Compressed);
    }
}

#[test]
fn form_may_have_other_fields() {
    let own = String::from_utf8(form(&data())).unwrap();
    for body in [
        format!("a=%7B%7D&&b&{own}&c=%ff&data=%7B"),
        format!("\n{own}\r\n"),
        own.replace("data=", "d%61ta="),
        own.replace('+', "%20"),
    ] {
        assert_decodes(FORM, body);
    }
}

#[test]
fn wrappers_are_removed_in_any_order() {
    let order = payload();
    let text = |value: &Value| Value::from(value.to_string());
    let plain = json!({"orders": {"order": [order]}});
    for body in [
        plain.clone(),
        json!({"orders": {"order": order}}),
        json!({"orders": [order]}),
        json!({"orders": order}),
        json!({"order": order}),
        json!([order]),
        order.clone(),
        json!({"response": plain}),
        json!({"data": plain}),
        json!({"data": text(&plain)}),
        json!({"data": {"response": {"orders": [order]}}}),
        json!({"response": {}, "data": [order]}),
        json!({"orders": [], "order": [order]}),
        text(&plain),
        text(&text(&plain)),
        json!({"event": "order_confirm", "orders": {"order": [order]}}),
        json!({"event": "something/else", "orders": {"order": [order]}}),
        json!({"event": "order/create", "order": order}),
        json!({"event": "order/update", "data": order}),
        json!({"event": "order/update", "data": {"order": text(&order)}}),
        json!({"event": "ORDER.created", "data": {"order": order}}),
    ] {
        assert_decodes(JSON, body.to_string());
        assert_decodes(PARTS, parts(&body.to_string()));
    }
    let mut flat = payload();
    flat["event"] = json!("order/create");
    let found = only_order(decode_json(&flat));
    assert_eq!(found.provisional, hint(&payload()).provisional);
}

#[test]
fn byte_order_marks_and_padding_are_ignored() {
    let data = data();
    for body in
        [format!("\u{feff}{data}"), format!("\r\n\t {data} \n"), format!("\u{feff}\n{data}\0")]
    {
        assert_decodes(JSON, body);
    }
}

#[test]
fn invalid_utf8_is_replaced() {
    let mut latin = payload();
    latin["firstname"] = json!("Jos#");
    let replace = |text: &str| -> Vec<u8> {
        text.bytes().map(|byte| if byte == b'#' { 0xe9 } else { byte }).collect()
    };
    let data = of_orders(&latin);
    let encoded = form_urlencoded::byte_serialize(&replace(&data)).collect::<String>();
    let in_parts = replace(std::str::from_utf8(&parts(&data)).unwrap());
    for (content_type, body) in
        [(JSON, replace(&data)), (FORM, format!("data={encoded}").into_bytes()), (PARTS, in_parts)]
    {
        let buyer = order(only_order(decode(content_type, &body))).buyer.unwrap();
        assert_eq!(buyer, name("Jos\u{fffd} Ödön").unwrap(), "{content_type}");
    }
}

#[test]
fn product_and_customer_events_name_the_record() {
    let (product, customer) =
        (|id: &str| Hint::Product { id: id.into() }, |id: &str| Hint::Customer { id: id.into() });
    for (body, hints) in [
        (json!({"event": "product/update", "id": 7}), vec![product("7")]),
        (json!({"event": "product/delete", "data": {"id": "UDE="}}), vec![product("UDE=")]),
        (
            json!({"event": "product/create", "product": {"innerResourceId": "products/UDE=", "id": 7}}),
            vec![product("UDE=")],
        ),
        (
            json!({"event": "product/create", "product": {"href": "https://a.example/products/UDE="}}),
            vec![product("UDE=")],
        ),
        (json!({"event": "product/create", "product": 7}), vec![product("7")]),
        (json!({"event": "product/create", "product": "UDE="}), vec![product("UDE=")]),
        (
            json!({"event": "product/update", "data": [{"id": 1}, {"id": 2}]}),
            vec![product("1"), product("2")],
        ),
        (
            json!({"event": "product/update", "data": "{\"product\":{\"id\":1}}"}),
            vec![product("1")],
        ),
        (json!({"event": "customer/create", "customer": {"id": "VjE="}}), vec![customer("VjE=")]),
        (json!({"event": "customer.updated", "id": "VjE=", "innerId": 3}), vec![customer("VjE=")]),
    ] {
        let delivery = decode_json(&body).unwrap();
        assert_eq!((delivery.hints, delivery.quarantined), (hints, 0), "{body}");
    }
    for body in [
        json!({"event": "product/update", "id": "a b"}),
        json!({"event": "customer/create", "customer": {"name": "Ödön"}}),
        json!({"event": "product/update"}),
    ] {
        let delivery = decode_json(&body).unwrap();
        assert_eq!((delivery.hints.len(), delivery.quarantined), (0, 1), "{body}");
    }
}

#[test]
fn body_without_records_is_refused() {
    let cut = data();
    let cut = &cut[..cut.len() - 9];
    for (body, error) in [
        ("", DeliveryError::Empty),
        (" \r\n\t", DeliveryError::Empty),
        ("{}", DeliveryError::Empty),
        ("\"\"", DeliveryError::Empty),
        ("{\"data\":{}}", DeliveryError::Empty),
        ("[]", DeliveryError::Empty),
        ("{\"orders\":{\"order\":[]}}", DeliveryError::Empty),
        ("{\"orders\":[{}, null, \"\"]}", DeliveryError::Empty),
        ("{\"a\":1}", DeliveryError::Malformed),
        (cut, DeliveryError::Truncated),
        ("{\"orders\":7}", DeliveryError::Malformed),
        ("{\"orders\":\"hibás\"}", DeliveryError::Malformed),
        ("{\"orders\":[]} x", DeliveryError::Malformed),
        ("{\"orders\":[{\"id\":1}],\"orders\":[]}", DeliveryError::Malformed),
        ("{'orders':[]}", DeliveryError::Malformed),
        ("[1,]", DeliveryError::Malformed),
        ("null", DeliveryError::UnknownFormat),
        ("7", DeliveryError::UnknownFormat),
        ("data=x", DeliveryError::UnknownFormat),
        ("<?xml version=\"1.0\"?><orders><order/></orders>", DeliveryError::UnknownFormat),
        ("{\"event\":\"newsletter_subscribe\",\"id\":1}", DeliveryError::UnknownEvent),
        ("{\"event\":\"\u{0}\",\"id\":1}", DeliveryError::Malformed),
    ] {
        assert_refused(JSON, body, error);
    }
    for (body, error) in [
        ("data", DeliveryError::Empty),
        ("data=", DeliveryError::Empty),
        ("data=x", DeliveryError::Malformed),
        ("data=%7B", DeliveryError::Truncated),
        ("event=order_confirm", DeliveryError::UnknownFormat),
    ] {
        assert_refused(FORM, body, error);
    }
    assert_refused(PARTS, parts(cut), DeliveryError::Truncated);
    assert_refused(FORM, form(cut), DeliveryError::Truncated);
    assert_refused(JSON, b"\xff\xfe{\0}\0", DeliveryError::UnknownFormat);
}

#[test]
fn fields_that_arrived_are_named_as_requested() {
    let mut order = json!({"innerId": "1", "email": "", "ip": "192.0.2.7", "invented": 1});
    order["orderHistory"] = json!({"status": "1", "comment": ""});
    order["orderProducts"] = json!({"orderProduct": [{"sku": "A"}, {"name": "B"}]});
    let names = |order: &Value| {
        let delivery = decode(JSON, of_orders(order).as_bytes()).unwrap();
        delivery.fields.into_iter().collect::<Vec<_>>()
    };
    let expected =
        ["orderHistory_status", "orderProduct_sku", "order_email", "order_innerId", "other"];
    assert_eq!(names(&order), expected);
    assert_eq!(names(&json!({"innerId": "1"})), ["order_innerId"]);
}

#[test]
fn size_depth_and_count_are_bounded() {
    let padded = |size: usize| format!("{}{}", data(), " ".repeat(size - data().len()));
    assert_decodes(JSON, padded(MAX_BODY));
    assert_refused(JSON, padded(MAX_BODY + 1), DeliveryError::TooLarge);
    let nested = |levels: usize| {
        let mut payload = payload();
        payload["innerId"] = json!(null);
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        of_orders(&payload).replace("\"fax\":\"\"", &format!("\"fax\":{deep}"))
    };
    assert!(decode(JSON, nested(61).as_bytes()).is_ok());
    for levels in [62, 100_000] {
        assert_refused(JSON, nested(levels), DeliveryError::TooDeep);
        assert_refused(PARTS, parts(&nested(levels)), DeliveryError::TooDeep);
        let within = json!({"data": nested(levels)}).to_string();
        assert_refused(JSON, within, DeliveryError::TooDeep);
    }
    let many = format!("{{\"orders\":[{}1]}}", "1,".repeat(100_001));
    assert_refused(JSON, many, DeliveryError::TooLarge);
    let mut wrapped = data();
    for _ in 0..9 {
        wrapped = json!({"data": serde_json::from_str::<Value>(&wrapped).unwrap()}).to_string();
    }
    assert_refused(JSON, wrapped, DeliveryError::Malformed);
}

#[test]
fn only_the_first_form_fields_are_read() {
    let after = |others: usize| {
        format!("{}{}", "a=b&".repeat(others), String::from_utf8(form(&data())).unwrap())
    };
    assert_decodes(FORM, after(19));
    assert_refused(FORM, after(20), DeliveryError::UnknownFormat);
}
