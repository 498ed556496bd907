//! What every command has that calls a server: where callbacks go, as whose, and where it is told.

use crate::{
    commands::common::Common,
    net::{client::Client, target::Target},
    platform::{account::Account, metadata::Metadata},
    report::output::Output,
    words::exit::Failure,
};

pub(crate) struct Session {
    pub(crate) account: Account,
    pub(crate) client: Client,
    pub(crate) target: Target,
    pub(crate) output: Output,
    pub(crate) metadata: Metadata,
}

impl Session {
    pub(crate) fn new(common: &Common, url: &str) -> Result<Self, Failure> {
        // For `check` the first `-v` means every case.
        Self::tracing(common, url, common.verbose > 0)
    }

    /// The same; `is_traced` shows every request and response.
    pub(crate) fn tracing(common: &Common, url: &str, is_traced: bool) -> Result<Self, Failure> {
        let output = common.output();
        let account = common.account(output.lang)?;
        let output = hiding(output, Some(&account));
        let target = Target::new(url, common.allow_remote, output.lang)?;
        let trace = is_traced.then(|| {
            let output = output.clone();
            Box::new(move |text: &str| output.trace(text)) as _
        });
        let client = Client::new(common.timeout, trace);
        Ok(Self { account, client, target, output, metadata: common.metadata() })
    }
}

/// The same output, which hides the account's token too: it may come from a file.
pub(crate) fn hiding(mut output: Output, account: Option<&Account>) -> Output {
    if let Some(account) = account {
        output.hide(&account.token);
    }
    output
}
