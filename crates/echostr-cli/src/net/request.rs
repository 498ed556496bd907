//! A request that is not sent yet.

/// A request that is not sent yet. Keys and values are as they stand in the URL.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) parameters: Vec<(String, String)>,
    /// `None` is a GET.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) content_type: &'static str,
}

impl Request {
    pub(crate) const fn method(&self) -> &'static str {
        if self.body.is_some() { "POST" } else { "GET" }
    }

    pub(crate) fn query(&self) -> String {
        let pairs = self.parameters.iter().map(|(key, value)| format!("{key}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }

    pub(crate) fn get(&self, key: &str) -> &str {
        let found = self.parameters.iter().find(|(name, _)| name == key);
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn set(mut self, key: &str, value: impl Into<String>) -> Self {
        if let Some((_, old)) = self.parameters.iter_mut().find(|(name, _)| name == key) {
            *old = value.into();
        }
        self
    }

    pub(crate) fn rename(mut self, key: &str, new: &str) -> Self {
        if let Some((old, _)) = self.parameters.iter_mut().find(|(name, _)| name == key) {
            new.clone_into(old);
        }
        self
    }

    pub(crate) fn without(mut self, key: &str) -> Self {
        self.parameters.retain(|(name, _)| name != key);
        self
    }

    pub(crate) fn and(mut self, key: &str, value: impl Into<String>) -> Self {
        self.parameters.push((key.to_owned(), value.into()));
        self
    }

    pub(crate) fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }
}
