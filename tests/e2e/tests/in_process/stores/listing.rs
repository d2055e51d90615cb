//! `GET /stores/{store_id}/runs` and `GET /runs`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shopcall_core::storage::RunRecord;

use super::{get, id, installed, log, run};

const PATH: &str = "/stores/shoprenter:demo/runs";
const DAY: &str = "2026-03-15";

/// All pages of a list of runs, newest first.
async fn read_all(app: &e2e::InProcess, first: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut target = first.to_owned();
    while pages.len() < 20 {
        let (code, page) = get(app, &target).await;
        assert_eq!(code, 200, "{page}");
        pages.push(page["runs"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { return pages };
        target = format!("{first}&before={next}");
    }
    panic!("the list of pages does not end");
}

fn json_of(records: &[RunRecord]) -> Vec<Value> {
    let named = |record: &RunRecord| {
        let mut run = serde_json::to_value(record).unwrap();
        run["platform"] = json!("shoprenter");
        run
    };
    records.iter().map(named).collect()
}

#[tokio::test]
async fn listed_run_has_every_field() {
    let (app, _shop) = installed().await;
    let note = Some("the sweep was left out".to_owned());
    log(&app, &RunRecord { note, ..run(&id(), DAY, 0) }).await;
    let (code, page) = get(&app, PATH).await;
    assert_eq!(code, 200);
    let expected = json!({
        "platform": "shoprenter", "store_id": "shoprenter:demo", "generation": 1,
        "run_id": run(&id(), DAY, 0).run_id, "resource": "orders", "mode": "incremental",
        "status": "completed", "started_at": "2026-03-15T12:00:00Z",
        "counts": { "seen": 5, "written": 3, "unchanged": 1, "deleted": 2, "quarantined": 1 },
        "requests": 7, "throttled": 1, "waited_ms": 800, "duration_ms": 2500, "reason": null,
        "note": "the sweep was left out",
    });
    assert_eq!(page, json!({ "runs": [expected], "next": null }));
}

#[tokio::test]
async fn runs_are_paged_newest_first_without_duplicates() {
    let (app, _shop) = installed().await;
    let records: Vec<_> = (0..7).rev().map(|second| run(&id(), DAY, second)).collect();
    for record in &records {
        log(&app, record).await;
    }
    log(&app, &run(&"shoprenter:other".parse().unwrap(), DAY, 3)).await;
    let pages = read_all(&app, &format!("{PATH}?limit=3")).await;
    assert!(pages.iter().all(|page| page.len() <= 3));
    assert_eq!(pages.concat(), json_of(&records));
}

#[tokio::test]
async fn default_page_size_is_twenty() {
    let (app, _shop) = installed().await;
    for second in 0..21 {
        log(&app, &run(&id(), DAY, second)).await;
    }
    let (_, page) = get(&app, PATH).await;
    assert_eq!(page["runs"].as_array().unwrap().len(), 20);
    assert!(page["next"].is_string());
    let (_, page) = get(&app, &format!("{PATH}?limit=100")).await;
    assert_eq!(page["runs"].as_array().unwrap().len(), 21);
}

#[tokio::test]
async fn runs_of_a_day_cover_all_stores() {
    let (app, _shop) = installed().await;
    let mut expected = BTreeSet::new();
    for shop in ["demo", "other", "third"] {
        let store_id = format!("shoprenter:{shop}").parse().unwrap();
        for second in [0, 1] {
            log(&app, &run(&store_id, DAY, second)).await;
            expected.insert((second, format!("shoprenter:{shop}")));
        }
        log(&app, &run(&store_id, "2026-03-16", 0)).await;
    }
    let pages = read_all(&app, &format!("/runs?day={DAY}&limit=4")).await;
    let listed: Vec<_> = pages
        .concat()
        .iter()
        .map(|run| {
            let second = i64::from(run["started_at"] == "2026-03-15T12:00:01Z");
            (second, run["store_id"].as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(listed.len(), 6);
    assert!(listed.is_sorted_by_key(|(second, _)| -second), "newest first: {listed:?}");
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn day_defaults_to_cursors_day_or_today() {
    let (app, _shop) = installed().await;
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    let (code, page) = get(&app, "/runs").await;
    let tomorrow = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    assert_eq!(code, 200);
    assert!([json!(today), json!(tomorrow)].contains(&page["day"]), "{page}");
    for second in 0..3 {
        log(&app, &run(&id(), DAY, second)).await;
    }
    let (_, page) = get(&app, &format!("/runs?day={DAY}&limit=2")).await;
    let next = page["next"].as_str().unwrap();
    let (_, page) = get(&app, &format!("/runs?before={next}")).await;
    assert_eq!(page["day"], DAY);
    assert_eq!(page["runs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn malformed_parameter_returns_400_naming_it() {
    let (app, _shop) = installed().await;
    for second in 0..3 {
        log(&app, &run(&id(), DAY, second)).await;
    }
    let next_of =
        async |target: &str| get(&app, target).await.1["next"].as_str().unwrap().to_owned();
    let of_store = next_of(&format!("{PATH}?limit=1")).await;
    let of_other = format!("/stores/shoprenter:other/runs?before={of_store}");
    let other_day = format!("/runs?day=2026-03-16&before={of_store}");
    let cut = format!("{PATH}?before={}", &of_store[..of_store.len() - 3]);
    let cases = [
        (format!("{PATH}?limit=0"), "limit"),
        (format!("{PATH}?limit=101"), "limit"),
        (format!("{PATH}?limit=ten"), "limit"),
        (format!("{PATH}?limit="), "limit"),
        (format!("{PATH}?limit=1&limit=2"), "twice"),
        (format!("{PATH}?before="), "before"),
        (format!("{PATH}?before=%00"), "before"),
        (format!("{PATH}?before={}", "A".repeat(5000)), "before"),
        (format!("{PATH}?day={DAY}"), "nothing else"),
        (cut, "before"),
        (of_other, "before"),
        (other_day, "before"),
        ("/runs?day=yesterday".to_owned(), "day"),
        ("/runs?day=2026-02-30".to_owned(), "day"),
        ("/runs?day=20260315".to_owned(), "day"),
        ("/runs?day=2026-03-15T10:00".to_owned(), "day"),
        ("/runs?until=2026-03-15".to_owned(), "nothing else"),
    ];
    for (target, named) in cases {
        let (code, problem) = get(&app, &target).await;
        assert_eq!(code, 400, "{target}");
        assert_eq!(problem["type"], "urn:shopcall:problem:bad-request");
        assert!(problem["detail"].as_str().unwrap().contains(named), "{target}: {problem}");
    }
}
