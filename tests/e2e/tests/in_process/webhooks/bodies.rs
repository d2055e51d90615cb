//! Malformed and unusual bodies.

use super::*;

#[tokio::test]
async fn malformed_body_returns_400_and_changes_nothing() {
    let shop = Connected::small().await;
    let before = shop.cache().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let large = vec![b'x'; 2 << 20];
    let good = form(&shop.body(0)).into_bytes();
    let cut = &good[..good.len() / 2];
    let cases: Vec<(&str, &[u8])> = vec![
        ("application/json", b""),
        ("application/json", b"null"),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"{\"orders\":{\"order\":7}}"),
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", b"{\"event\":\"newsletter_subscribe\",\"data\":{}}"),
        ("application/json", deep.as_bytes()),
        ("application/json", &large),
        (FORM, b"data="),
        (FORM, b"other=1"),
        (FORM, b"data=%7B%22orders%22"),
        (FORM, cut),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"or",
        ),
        ("text/xml", b"<orders><order/></orders>"),
        ("", b"hello"),
    ];
    for (content_type, body) in cases {
        let answer = shop.app.deliver(&shop.address(), content_type, body).await;
        let name = String::from_utf8_lossy(&body[..body.len().min(60)]);
        assert_eq!(status_of(&answer), 400, "{content_type}: {name}");
        assert_eq!(e2e::header_of(&answer, "content-type"), "application/problem+json");
    }
    assert_eq!(shop.cache().await, before);
    assert_eq!(shop.app.aws.take_events(), []);
}

#[tokio::test]
async fn every_body_encoding_is_decoded() {
    use shoprenter_simulator::Encoding;
    for encoding in [Encoding::Multipart, Encoding::Form, Encoding::Json] {
        for bare_order in [0.0, 1.0] {
            let shop = Connected::small().await;
            let configured = shop.shop.configure(|config| {
                config.delivery.encoding = encoding;
                config.delivery.bare_order = bare_order;
            });
            configured.unwrap();
            let index = shop.shop.place_order(&json!({ "status": 2 })).unwrap();
            let order =
                shop.row_that(index, "the order is there", |order| !order.provisional).await;
            assert_eq!(status_of_order(&order), Some("Feldolgozás alatt"), "{encoding:?}");
        }
    }
}
