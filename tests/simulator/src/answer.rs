//! Answers before serialisation, so that faults can still change the encoding.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::Value;

use crate::wire::xml;

/// Encoding of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

/// Status, data and headers of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) data: Option<Value>,
    pub(crate) format: Format,
    pub(crate) headers: Vec<(HeaderName, String)>,
}

impl Answer {
    pub(crate) const fn json(status: StatusCode, data: Value) -> Self {
        Self { status, data: Some(data), format: Format::Json, headers: Vec::new() }
    }

    pub(crate) const fn empty(status: StatusCode) -> Self {
        Self { status, data: None, format: Format::Json, headers: Vec::new() }
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) const fn content_type(&self) -> &'static str {
        match self.format {
            Format::Json => "application/json",
            Format::Xml => "text/xml; charset=UTF-8",
        }
    }

    pub(crate) fn write_body(&self) -> Vec<u8> {
        match (&self.data, self.format) {
            (None, _) => Vec::new(),
            (Some(data), Format::Json) => serde_json::to_vec(data).unwrap_or_default(),
            (Some(data), Format::Xml) => xml::write(data).into_bytes(),
        }
    }

    pub(crate) fn into_response(self, content_type: &'static str, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.data.is_some() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}
