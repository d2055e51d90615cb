//! Caller lookup through the API, with the function's own role.

use reqwest::Method;
use serde_json::json;

use crate::Shop;

#[tokio::test]
async fn lookup_returns_caller_with_their_orders() {
    let config = json!({ "products": 1, "orders": 3, "customers": 2, "abandoned_carts": 0.0 });
    let shop = Shop::open("lookup", config).await;
    let caller = json!({ "phone": "06 20 123 4567", "email": "valaki@bolt.example" });
    let customer = shop.control(Method::PATCH, "/customers/1", &caller).await;
    shop.control(Method::PATCH, "/orders/1", &caller).await;
    let elsewhere = json!({
        "phone": "06 30 765 4321", "email": "valaki@bolt.example", "customer_id": customer["id"],
    });
    shop.control(Method::PATCH, "/orders/2", &elsewhere).await;
    shop.install().await;
    for resource in ["orders", "customers"] {
        shop.run_after(resource, None).await;
    }
    let path = format!("/stores/{}/lookup", shop.store_id());
    for written in ["%2B36201234567", "+36201234567", "06201234567"] {
        let asked = format!("{path}?phone={written}");
        let (status, found) = shop.call(Method::GET, &asked, None).await;
        assert_eq!((status, &found["phone"]), (200, &json!("+36201234567")), "{found}");
        assert!(found["customers"][0]["email"] == "valaki@bolt.example", "{found}");
        assert_eq!(found["orders"].as_array().unwrap().len(), 2, "{found}");
    }
    let (status, nobody) = shop.call(Method::GET, &format!("{path}?phone=112"), None).await;
    assert_eq!((status, &nobody["phone"], &nobody["orders"]), (200, &json!(null), &json!([])));
    assert_eq!(shop.call(Method::GET, &format!("{path}?number=112"), None).await.0, 400);
    assert_eq!(crate::get(&format!("{}{path}?phone=112", shop.stack.api_url)).await.0, 401);
}
