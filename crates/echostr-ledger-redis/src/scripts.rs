//! The steps as scripts: each is atomic, touches the keys that it declares, and reads the clock of Redis.

use redis::Cmd;

pub(crate) struct Script {
    code: &'static str,
    hash: String,
}

impl Script {
    fn new(code: &'static str) -> Self {
        Self { code, hash: redis::Script::new(code).get_hash().to_owned() }
    }

    /// By its hash, which Redis knows once it has run it.
    pub(crate) fn short(&self, keys: &[String], until: &[u8], args: &[Vec<u8>]) -> Cmd {
        command("EVALSHA", self.hash.as_bytes(), keys, until, args)
    }

    /// By its text.
    pub(crate) fn whole(&self, keys: &[String], until: &[u8], args: &[Vec<u8>]) -> Cmd {
        command("EVAL", self.code.as_bytes(), keys, until, args)
    }
}

fn command(name: &str, script: &[u8], keys: &[String], until: &[u8], args: &[Vec<u8>]) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(keys.len()).arg(keys).arg(until).arg(args);
    command
}

/// A claim makes new records, so it is refused when the memory is full. All others free memory sooner or later.
macro_rules! script {
    ($flags:literal, $file:literal) => {
        Script::new(concat!("#!lua", $flags, "\n", include_str!("scripts/record.lua"), include_str!($file)))
    };
}

pub(crate) struct Scripts {
    pub(crate) open: Script,
    pub(crate) claim: Script,
    /// The same for a full memory: it makes no record.
    pub(crate) claim_known: Script,
    pub(crate) settle: Script,
    pub(crate) finish: Script,
    pub(crate) release: Script,
    pub(crate) retract: Script,
    pub(crate) look: Script,
    pub(crate) extend: Script,
    pub(crate) restore: Script,
    pub(crate) forget: Script,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        Self {
            open: Script::new(concat!("#!lua flags=allow-oom\n", include_str!("scripts/open.lua"))),
            claim: script!("", "scripts/claim.lua"),
            claim_known: script!(" flags=allow-oom", "scripts/claim.lua"),
            settle: script!(" flags=allow-oom", "scripts/settle.lua"),
            finish: script!(" flags=allow-oom", "scripts/finish.lua"),
            release: script!(" flags=allow-oom", "scripts/release.lua"),
            retract: script!(" flags=allow-oom", "scripts/retract.lua"),
            look: script!(" flags=allow-oom", "scripts/look.lua"),
            extend: script!(" flags=allow-oom", "scripts/extend.lua"),
            restore: script!(" flags=allow-oom", "scripts/restore.lua"),
            forget: script!(" flags=allow-oom", "scripts/forget.lua"),
        }
    }
}
