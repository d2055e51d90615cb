//! Malformed forms.

use e2e::{InProcess, api_request, body_of, status_of};

use super::{ACT, ACTIONS, FORM, PATH, Page, connected, send, store};

async fn post(app: &InProcess, body: &str, content_type: &str) -> u64 {
    let headers = [("content-type", content_type)];
    let answer = app.serve(ACT, api_request("POST", PATH, "", body, &headers)).await;
    assert!(body_of(&answer).contains("Hiányos vagy hibás kérés"), "{}", body_of(&answer));
    status_of(&answer)
}

#[tokio::test]
async fn malformed_form_returns_400_and_changes_nothing() {
    let (app, _shop, Page { session, once, .. }) = connected(1, 1, 1).await;
    let known = store(&app).await;
    let own = format!("session={session}&once={once}");
    for rest in [
        "",
        "&action=",
        "&action=erase",
        "&action=sync&action=sync",
        "&action=sync&more=1",
        "&action=sync&session=x",
        "&action=schedule",
        "&action=schedule&frequency=weekly",
        "&action=schedule&frequency=daily&enabled=yes",
        "&action=schedule&frequency=daily&frequency=hourly",
        "&action=schedule&frequency=daily&shared=on",
        "&action=share&resource=orders",
        "&action=share&resource=tokens&shared=off",
        "&action=share&resource=orders&shared=",
        "&action=language",
        "&action=language&language=de",
        "&action=show&language=hu",
    ] {
        assert_eq!(post(&app, &format!("{own}{rest}"), FORM.1).await, 400, "{rest}");
    }
    for body in [
        format!("session={session}&action=sync"),
        format!("session={session}&once=&action=sync"),
        format!("session={session}&once={}&action=sync", &once[1..]),
        format!("session={session}&once={}&action=sync", "G".repeat(32)),
        format!("once={once}&action=sync"),
        format!("{own}&action=sync&{}", "x".repeat(8_200)),
        "\u{0}%%%".to_owned(),
        String::new(),
    ] {
        assert_eq!(post(&app, &body, FORM.1).await, 400, "{body:.60}");
    }
    let good = format!("{own}&action=sync");
    for content_type in ["text/plain", "application/json", "multipart/form-data; boundary=a", ""] {
        assert_eq!(post(&app, &good, content_type).await, 400, "{content_type}");
    }
    assert_eq!((store(&app).await, app.aws.take_events()), (known, vec![]));
    // The form's single-use token is still valid.
    let answer = app
        .serve(
            ACT,
            api_request(
                "POST",
                PATH,
                "",
                &good,
                &[(FORM.0, "Application/X-WWW-Form-Urlencoded; charset=utf-8")],
            ),
        )
        .await;
    assert_eq!((status_of(&answer), app.aws.take_events().len()), (200, 3));
}

#[tokio::test]
async fn form_without_session_changes_nothing() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let known = store(&app).await;
    for action in ACTIONS {
        let once = ("once", page.once.as_str());
        let answer = send(&app, &[&[once], action].concat()).await;
        assert_eq!(status_of(&answer), 400, "{action:?}");
        for session in ["", "v1..", "shopcall-bearer", "null"] {
            let answer = send(&app, &[&[("session", session), once], action].concat()).await;
            assert_eq!(status_of(&answer), 401, "{action:?} with {session}");
        }
    }
    assert_eq!((store(&app).await, app.aws.take_events()), (known, vec![]));
}
