use rust_decimal::Decimal;

use super::super::decode_page;
use super::*;

fn languages() -> Languages {
    let mut languages = Languages::default();
    let body = r#"{"items":[{"id":"TDE=","code":"hu"},{"id":"TDI=","code":"en"}]}"#;
    languages.add(&decode_page(body).unwrap().items);
    languages
}

fn decode<T>(items: &str, decode: impl FnOnce(&[&RawValue]) -> T) -> T {
    let body = format!(r#"{{"page":0,"items":{items}}}"#);
    decode(&decode_page(&body).unwrap().items)
}

fn link(collection: &str, id: &str) -> String {
    format!(r#"{{"href":"https://bolt.api.myshoprenter.hu/{collection}/{id}"}}"#)
}

fn hu(text: &str) -> Texts {
    [("hu".to_owned(), text.to_owned())].into()
}

#[test]
fn contact_is_read_from_settings() {
    let items = r#"[{"key":"config_owner","value":"Minta &amp; Társa Kft."},
        {"key":"config_telephone","value":"06 1 234 5678"},
        {"key":"config_address","value":"1025 Budapest,\r\nMinta u. 25."},
        {"key":"config_email","value":[]},{"key":"config_currency","value":"HUF"},7]"#;
    let mut info = ShopInfo::default();
    decode(items, |items| add_settings(&mut info, items));
    assert_eq!(info.name.as_deref(), Some("Minta & Társa Kft."));
    assert_eq!(info.phone.as_deref(), Some("06 1 234 5678"));
    assert_eq!(info.address.as_deref(), Some("1025 Budapest, Minta u. 25."));
    assert_eq!((info.email, info.currency), (None, Currency::parse("HUF").ok()));
}

#[test]
fn enabled_pages_are_read_by_language() {
    let page = |order: &str, enabled: &str, title: &str, text: &str| {
        let language = link("languages", "TDE=");
        format!(
            r#"{{"id":"SQ==","sortOrder":{order},"enabled":"{enabled}","showInFooter":"1",
                "informationDescriptions":[{{"title":"{title}","description":"{text}",
                "language":{language}}}]}}"#
        )
    };
    let escaped = "&lt;p&gt;H-P: 9&ndash;17&lt;/p&gt;&lt;p&gt;Szo: z&amp;aacute;rva&lt;/p&gt;";
    let items = [
        page("\"2\"", "1", "ÁSZF", "<p>Elállás 14 napig.</p>"),
        page("\"1\"", "1", "Nyitvatartás", escaped),
        page("\"3\"", "0", "Rejtett", "titok"),
        page("\"4\"", "1", "Üres", ""),
    ];
    let items = format!("[{}]", items.join(","));
    let pages = in_order(decode(&items, |items| decode_info_pages(items, &languages())));
    let [opening, terms] = pages.as_slice() else { panic!("{pages:?}") };
    assert_eq!(opening.title, hu("Nyitvatartás"));
    assert_eq!(opening.text, hu("H-P: 9–17\nSzo: zárva"));
    assert_eq!(*terms, InfoPage { title: hu("ÁSZF"), text: hu("Elállás 14 napig.") });
}

#[test]
fn shipping_fee_has_its_range_and_its_tax() {
    let mode = |by: &str, class: &str| {
        let language = link("languages", "TDE=");
        format!(
            r#"{{"id":"Uw==","sortOrder":"1","enabled":"1","costCalculationBy":"{by}",
                "freeShippingFrom":"30000.0000","taxClass":{class},"geoZone":null,
                "shippingModeDescriptions":[{{"name":"GLS","description":"","language":{language}}}],
                "shippingLanes":[{{"cartMinimumGross":"0.0000","cartMaximumGross":"99999999999.9999",
                "costNet":"792.0000","weightMinimum":"0.0000","weightMaximum":"5.0000"}}]}}"#
        )
    };
    let class = link("taxClasses", "VA==");
    let items =
        [mode("PRICE", &class), mode("WEIGHT", "null"), mode("PRICE", &link("taxClasses", "VQ=="))];
    let mut rates = TaxRates::default();
    let classes = r#"[{"id":"VA==","taxRates":[{"rate":"27.0000"}]},
        {"id":"VQ==","taxRates":[{"rate":"27.0000"},{"rate":"20.0000"}]}]"#;
    decode(classes, |items| rates.add(items));
    let items = format!("[{}]", items.join(","));
    let methods = in_order(decode(&items, |items| decode_shipping(items, &languages(), &rates)));
    let fees: Vec<_> = methods.iter().map(|method| &method.fees[0]).collect();
    assert_eq!(methods[0].name, hu("GLS"));
    let (net, gross) = (Decimal::from(792), Decimal::new(100_584, 2));
    assert_eq!((fees[0].net, fees[0].gross, fees[0].cart_to), (net, Some(gross), None));
    assert_eq!((fees[0].weight_to, methods[0].free_from), (None, None));
    assert_eq!((fees[1].gross, fees[1].weight_to), (Some(net), Some(Decimal::from(5))));
    assert_eq!(methods[1].free_from, Some(Decimal::from(30_000)));
    assert_eq!(fees[2].gross, None, "the tax depends on the region");
}

#[test]
fn payment_methods_that_are_on_are_read() {
    let mode = |field: &str, status: &str, texts: &str| {
        format!(r#"{{"code":"cod","status":"{status}","sortOrder":"2","{field}":{texts}}}"#)
    };
    let language = r#"{"id":"TDE="}"#;
    let texts = format!(
        r#"[{{"name":"Utánvét","description":"<b>A futárnál</b>","language":{language}}}]"#
    );
    let items = [
        mode("paymentDescription", "1", &texts),
        mode("paymentDescriptions", "1", &texts),
        mode("paymentDescription", "0", &texts),
        mode("paymentDescription", "1", "[]"),
    ];
    let items = format!("[{}]", items.join(","));
    let methods = in_order(decode(&items, |items| decode_payment(items, &languages())));
    let method = PaymentMethod {
        code: Some("cod".to_owned()),
        name: hu("Utánvét"),
        description: hu("A futárnál"),
    };
    assert_eq!(methods, [method.clone(), method]);
}

#[test]
fn unusable_entries_are_left_out() {
    let items = r#"[7,"x",{},{"enabled":"1","informationDescriptions":"none"},
        {"enabled":["1"],"status":{},"shippingLanes":[{"costNet":"ingyen"}]}]"#;
    assert!(decode(items, |items| decode_info_pages(items, &languages())).is_empty());
    assert!(decode(items, |items| decode_payment(items, &languages())).is_empty());
    let rates = TaxRates::default();
    assert!(decode(items, |items| decode_shipping(items, &languages(), &rates)).is_empty());
}
