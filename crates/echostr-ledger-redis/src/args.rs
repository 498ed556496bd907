//! The arguments of a script.

use echostr_ledger::RequestId;

#[derive(Clone, Default)]
pub(crate) struct Args(Vec<Vec<u8>>);

impl Args {
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.push(bytes.to_vec());
        self
    }

    pub(crate) fn number(mut self, number: impl Into<u64>) -> Self {
        self.0.push(number.into().to_string().into_bytes());
        self
    }

    pub(crate) fn flag(self, flag: bool) -> Self {
        self.bytes(if flag { b"1" } else { b"0" })
    }

    pub(crate) fn id(self, id: RequestId) -> Self {
        self.bytes(&id.get().to_be_bytes())
    }

    pub(crate) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    pub(crate) fn as_slice(&self) -> &[Vec<u8>] {
        &self.0
    }
}
